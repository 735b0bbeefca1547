/* A stand-in for NVIDIA's management library with the signatures of nvml.h. CASE picks what goes wrong. */
#include <string.h>
#ifndef CASE
#define CASE 0
#endif
typedef struct { unsigned long long total, free, used; } nvmlMemory_t;
typedef struct {
  char busIdLegacy[16];
  unsigned int domain, bus, device, pciDeviceId, pciSubSystemId;
  char busId[32];
} nvmlPciInfo_t;
struct nvmlDevice_st { unsigned int index; };
typedef struct nvmlDevice_st *nvmlDevice_t;
static struct nvmlDevice_st devices[2] = {{0}, {1}};

const char *nvmlErrorString(int result) {
  return result == 15 ? "GPU is lost" : result == 9 ? "Driver Not Loaded" : (const char *)0;
}
int nvmlInit_v2(void) { return CASE == 1 ? 9 : 0; }
int nvmlSystemGetDriverVersion(char *version, unsigned int length) {
  if (length < 11) return 7;
  strcpy(version, CASE == 4 ? "\033[2Jbad" : "550.127.08");
  return 0;
}
int nvmlSystemGetCudaDriverVersion_v2(int *version) { *version = 12040; return CASE == 4 ? 999 : 0; }
int nvmlDeviceGetCount_v2(unsigned int *count) {
  *count = CASE == 2 ? 0 : CASE == 4 ? 4000000000u : CASE == 5 ? 1000 : 2;
  return 0;
}
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, nvmlDevice_t *device) {
  if (index > 1) return 2;
  *device = &devices[index];
  return 0;
}
int nvmlDeviceGetUUID(nvmlDevice_t device, char *uuid, unsigned int length) {
  if (length < 96) return 7;
  strcpy(uuid, device->index ? "GPU-bbbb" : "GPU-aaaa");
  return 0;
}
int nvmlDeviceGetName(nvmlDevice_t device, char *name, unsigned int length) {
  if (length < 96) return 7;
  if (CASE == 5) memset(name, '\033', length); else strcpy(name, "NVIDIA H100 80GB HBM3");
  return 0;
}
int nvmlDeviceGetPciInfo_v3(nvmlDevice_t device, nvmlPciInfo_t *pci) {
  memset(pci, 'x', sizeof *pci);
  strcpy(pci->busId, device->index ? "00000000:65:00.0" : "00000000:18:00.0");
  return 0;
}
int nvmlDeviceGetCudaComputeCapability(nvmlDevice_t device, int *major, int *minor) {
  *major = CASE == 5 ? -9 + 18 * device->index : 9;
  *minor = 0;
  return 0;
}
int nvmlDeviceGetMemoryInfo(nvmlDevice_t device, nvmlMemory_t *memory) {
  if (CASE == 3 && device->index == 1) return 15;
  memory->total = 85520809984ull;
  memory->free = 85017493504ull - device->index;
  memory->used = memory->total - memory->free;
  return 0;
}
int nvmlDeviceGetMigMode(nvmlDevice_t device, unsigned int *current, unsigned int *pending) {
  *pending = 1;
  *current = device->index;
  return device->index ? 0 : 3;
}
