// The native half of DJL's class PyTorchLibrary, as far as Caisson calls it, for a libtorch that the
// host already has. DJL's own is compiled against one release of libtorch and reads another's objects
// wrongly; this file is compiled against the headers beside the very library that it will run with
// (see build-host-libtorch.sh). Handles are pointers to heap objects, as DJL has it: at::Tensor,
// c10::IValue and torch::jit::Module, each deleted by the function named so. Every C++ exception
// becomes DJL's EngineException with its whole message.

#include <jni.h>
#include <torch/script.h>

#include <sstream>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

namespace {

void raise(JNIEnv* env, const char* message) {
  jclass type = env->FindClass("ai/djl/engine/EngineException");
  if (type != nullptr) {
    env->ThrowNew(type, message);
  }
}

template <typename Body>
auto guarded(JNIEnv* env, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& e) {
    raise(env, e.what());
  } catch (...) {
    raise(env, "libtorch threw something that is no std::exception");
  }
  return decltype(body())();
}

template <typename T>
T& at_handle(jlong handle) {
  return *reinterpret_cast<T*>(handle);
}

template <typename T>
jlong handle_of(T value) {
  return reinterpret_cast<jlong>(new T(std::move(value)));
}

std::vector<jlong> longs(JNIEnv* env, jlongArray array) {
  std::vector<jlong> values(env->GetArrayLength(array));
  env->GetLongArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
  return values;
}

jlongArray array_of(JNIEnv* env, const std::vector<jlong>& values) {
  jlongArray array = env->NewLongArray(static_cast<jsize>(values.size()));
  if (array != nullptr) {
    env->SetLongArrayRegion(array, 0, static_cast<jsize>(values.size()), values.data());
  }
  return array;
}

// DJL's enum ai.djl.ndarray.types.DataType, by ordinal; the types that Caisson has.
at::ScalarType scalar_type(jint ordinal) {
  switch (ordinal) {
    case DJL_FLOAT32: return at::kFloat;
    case DJL_FLOAT64: return at::kDouble;
    case DJL_INT32: return at::kInt;
    case DJL_INT64: return at::kLong;
    case DJL_BOOLEAN: return at::kBool;
    default: TORCH_CHECK(false, "no such element type here: DJL's number ", ordinal);
  }
}

jint ordinal_of(at::ScalarType type) {
  switch (type) {
    case at::kFloat: return DJL_FLOAT32;
    case at::kDouble: return DJL_FLOAT64;
    case at::kInt: return DJL_INT32;
    case at::kLong: return DJL_INT64;
    case at::kBool: return DJL_BOOLEAN;
    default: TORCH_CHECK(false, "no such element type here: ", type);
  }
}

at::Device device_of(JNIEnv* env, jintArray pair) {
  jint values[2];
  env->GetIntArrayRegion(pair, 0, 2, values);
  auto type = static_cast<at::DeviceType>(values[0]);
  return type == at::kCPU ? at::Device(type) : at::Device(type, static_cast<at::DeviceIndex>(values[1]));
}

}  // namespace

#define NATIVE(type, name) extern "C" JNIEXPORT type JNICALL Java_ai_djl_pytorch_jni_PyTorchLibrary_##name

NATIVE(jboolean, torchIsGradMode)(JNIEnv*, jobject) { return at::GradMode::is_enabled(); }

NATIVE(void, torchSetGradMode)(JNIEnv*, jobject, jboolean on) { at::GradMode::set_enabled(on); }

NATIVE(jint, torchGetNumInteropThreads)(JNIEnv*, jobject) { return at::get_num_interop_threads(); }

NATIVE(jint, torchGetNumThreads)(JNIEnv*, jobject) { return at::get_num_threads(); }

NATIVE(void, torchSetNumInteropThreads)(JNIEnv* env, jobject, jint threads) {
  guarded(env, [&] { at::set_num_interop_threads(threads); });
}

NATIVE(void, torchSetNumThreads)(JNIEnv* env, jobject, jint threads) {
  guarded(env, [&] { at::set_num_threads(threads); });
}

NATIVE(void, setGraphExecutorOptimize)(JNIEnv*, jobject, jboolean on) {
  torch::jit::setGraphExecutorOptimize(on);
}

NATIVE(jlong, torchFromBlob)
(JNIEnv* env, jobject, jobject data, jlongArray shape, jint type, jint, jintArray device, jboolean grad) {
  return guarded(env, [&]() -> jlong {
    std::vector<jlong> sizes = longs(env, shape);
    auto options = at::TensorOptions().dtype(scalar_type(type)).requires_grad(grad);
    at::Device on = device_of(env, device);
    at::Tensor tensor = at::from_blob(
        env->GetDirectBufferAddress(data), std::vector<int64_t>(sizes.begin(), sizes.end()), options);
    return handle_of<at::Tensor>(on.is_cpu() ? tensor : tensor.to(on));
  });
}

NATIVE(jlongArray, torchSizes)(JNIEnv* env, jobject, jlong handle) {
  auto sizes = at_handle<at::Tensor>(handle).sizes();
  return array_of(env, std::vector<jlong>(sizes.begin(), sizes.end()));
}

NATIVE(jint, torchDType)(JNIEnv* env, jobject, jlong handle) {
  return guarded(env, [&] { return ordinal_of(at_handle<at::Tensor>(handle).scalar_type()); });
}

NATIVE(jint, torchLayout)(JNIEnv*, jobject, jlong) { return 0; }

NATIVE(jintArray, torchDevice)(JNIEnv* env, jobject, jlong handle) {
  at::Device device = at_handle<at::Tensor>(handle).device();
  jint pair[] = {static_cast<jint>(device.type()), device.index()};
  jintArray array = env->NewIntArray(2);
  if (array != nullptr) {
    env->SetIntArrayRegion(array, 0, 2, pair);
  }
  return array;
}

NATIVE(jlong, torchTo)(JNIEnv* env, jobject, jlong handle, jint type, jintArray device) {
  return guarded(env, [&] {
    return handle_of<at::Tensor>(
        at_handle<at::Tensor>(handle).to(device_of(env, device), scalar_type(type)));
  });
}

NATIVE(jlong, tensorClone)(JNIEnv* env, jobject, jlong handle) {
  return guarded(env, [&] { return handle_of<at::Tensor>(at_handle<at::Tensor>(handle).clone()); });
}

NATIVE(jboolean, torchIsContiguous)(JNIEnv*, jobject, jlong handle) {
  return at_handle<at::Tensor>(handle).is_contiguous();
}

NATIVE(jlong, torchToContiguous)(JNIEnv* env, jobject, jlong handle) {
  return guarded(env, [&] { return handle_of<at::Tensor>(at_handle<at::Tensor>(handle).contiguous()); });
}

NATIVE(jbyteArray, torchDataPtr)(JNIEnv* env, jobject, jlong handle) {
  return guarded(env, [&]() -> jbyteArray {
    at::Tensor tensor = at_handle<at::Tensor>(handle).cpu().contiguous();
    TORCH_CHECK(tensor.nbytes() <= INT32_MAX, "a tensor of ", tensor.nbytes(), " bytes fits no array");
    auto length = static_cast<jsize>(tensor.nbytes());
    jbyteArray bytes = env->NewByteArray(length);
    if (bytes != nullptr) {
      env->SetByteArrayRegion(bytes, 0, length, static_cast<const jbyte*>(tensor.const_data_ptr()));
    }
    return bytes;
  });
}

NATIVE(jobject, torchDirectByteBuffer)(JNIEnv* env, jobject, jlong handle) {
  auto& tensor = at_handle<at::Tensor>(handle);
  return env->NewDirectByteBuffer(tensor.data_ptr(), static_cast<jlong>(tensor.nbytes()));
}

NATIVE(void, torchDeleteTensor)(JNIEnv*, jobject, jlong handle) {
  delete reinterpret_cast<at::Tensor*>(handle);
}

NATIVE(void, torchDeleteModule)(JNIEnv*, jobject, jlong handle) {
  delete reinterpret_cast<torch::jit::Module*>(handle);
}

NATIVE(void, torchDeleteIValue)(JNIEnv*, jobject, jlong handle) {
  delete reinterpret_cast<c10::IValue*>(handle);
}

// Names no feature, so that DJL looks for no device of its own accord: Caisson says which.
NATIVE(void, torchShowConfig)(JNIEnv*, jobject, jobject) {}

NATIVE(void, torchCudaEmptyCache)(JNIEnv*, jobject) {}

NATIVE(jlong, moduleLoad__Ljava_io_InputStream_2_3IZ_3BJ)
(JNIEnv* env, jobject, jobject stream, jintArray, jboolean, jbyteArray buffer, jlong) {
  return guarded(env, [&]() -> jlong {
    jmethodID read = env->GetMethodID(env->GetObjectClass(stream), "read", "([B)I");
    std::string archive;
    for (;;) {
      jint count = env->CallIntMethod(stream, read, buffer);
      if (env->ExceptionCheck()) {
        return 0;
      }
      if (count < 0) {
        break;
      }
      std::string piece(count, '\0');
      env->GetByteArrayRegion(buffer, 0, count, reinterpret_cast<jbyte*>(piece.data()));
      archive += piece;
    }
    std::istringstream in(archive);
    return handle_of<torch::jit::Module>(torch::jit::load(in));
  });
}

NATIVE(jlong, moduleRunMethod)
(JNIEnv* env, jobject, jlong module, jstring name, jlongArray arguments, jboolean, jboolean) {
  return guarded(env, [&] {
    const char* text = env->GetStringUTFChars(name, nullptr);
    std::string method(text);
    env->ReleaseStringUTFChars(name, text);
    std::vector<c10::IValue> values;
    for (jlong handle : longs(env, arguments)) {
      values.push_back(at_handle<c10::IValue>(handle));
    }
    return handle_of<c10::IValue>(
        at_handle<torch::jit::Module>(module).get_method(method)(std::move(values)));
  });
}

NATIVE(jlong, iValueFromTensor)(JNIEnv*, jobject, jlong handle) {
  return handle_of<c10::IValue>(c10::IValue(at_handle<at::Tensor>(handle)));
}

NATIVE(jlong, iValueFromTensorList)(JNIEnv* env, jobject, jlongArray handles) {
  c10::List<at::Tensor> list;
  for (jlong handle : longs(env, handles)) {
    list.push_back(at_handle<at::Tensor>(handle));
  }
  return handle_of<c10::IValue>(c10::IValue(list));
}

NATIVE(jboolean, iValueIsTensor)(JNIEnv*, jobject, jlong handle) {
  return at_handle<c10::IValue>(handle).isTensor();
}

NATIVE(jboolean, iValueIsTensorList)(JNIEnv*, jobject, jlong handle) {
  return at_handle<c10::IValue>(handle).isTensorList();
}

NATIVE(jlong, iValueToTensor)(JNIEnv* env, jobject, jlong handle) {
  return guarded(env, [&] { return handle_of<at::Tensor>(at_handle<c10::IValue>(handle).toTensor()); });
}

NATIVE(jlongArray, iValueToTensorList)(JNIEnv* env, jobject, jlong handle) {
  return guarded(env, [&] {
    std::vector<jlong> handles;
    for (const at::Tensor& tensor : at_handle<c10::IValue>(handle).toTensorVector()) {
      handles.push_back(handle_of<at::Tensor>(tensor));
    }
    return array_of(env, handles);
  });
}
