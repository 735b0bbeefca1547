package dev.caisson.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caisson.secagg.secret.Secret;
import dev.caisson.secagg.sharing.Share;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The secrets and shares that an object holds, itself or through what it holds of this module: by
/// reflection, so that one which a class forgets to wipe is found without its help.
public final class Reachable {
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Secret> secrets = new ArrayList<>();
  private final List<Share> shares = new ArrayList<>();

  private Reachable() {}

  public static Reachable from(Object... roots) {
    Reachable reachable = new Reachable();
    for (Object root : roots) {
      reachable.visit(root);
    }
    return reachable;
  }

  public int size() {
    return secrets.size() + shares.size();
  }

  /// How many are not wiped.
  public long left() {
    return secrets.stream().filter(secret -> !secret.isClosed()).count()
        + shares.stream().filter(share -> !isZero(share)).count();
  }

  /// There were this many, and all are wiped now.
  public void assertWiped(int expected) {
    assertThat(size()).as("secrets and shares that were held").isEqualTo(expected);
    assertThat(left()).as("not wiped").isZero();
  }

  private static boolean isZero(Share share) {
    for (byte b : share.encoded()) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private void visit(Object object) {
    if (!seen.add(object)) {
      return;
    }
    switch (object) {
      case Secret secret -> secrets.add(secret);
      case Share share -> shares.add(share);
      case Map<?, ?> map -> map.values().forEach(this::visit);
      case Iterable<?> items -> items.forEach(this::visit);
      case Optional<?> optional -> optional.ifPresent(this::visit);
      default -> fields(object);
    }
  }

  private void fields(Object object) {
    Class<?> type = object.getClass();
    if (!type.getName().startsWith("dev.caisson.secagg.") || type.isEnum()) {
      return;
    }
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
        continue;
      }
      field.setAccessible(true);
      try {
        Object value = field.get(object);
        if (value != null) {
          visit(value);
        }
      } catch (IllegalAccessException e) {
        throw new AssertionError(e);
      }
    }
  }
}
