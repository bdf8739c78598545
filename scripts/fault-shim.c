// For scripts/fault-test, preloaded: lets one call on the study's files fail. It counts the calls of one name on files
// below a folder, in all processes together, and fails the one with a given number, or that and all later ones.
//
//   FAULT_CALL    write, fsync, rename, link, open, mmap, mkdir (write: also pwrite; mkdir: also create_directory's)
//   FAULT_BELOW   the folder
//   FAULT_COUNTER a file of 8 bytes, which counts
//   FAULT_AT      the number of the call that fails, from 1; 0: none does
//   FAULT_ERRNO   what it fails with; 0 for write: half of the bytes are written
//   FAULT_FOREVER set: all later ones fail too
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *wanted, *below;
static long at, code;
static int forever;
static long *counter;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void start(void) {
  const char *file = getenv("FAULT_COUNTER");
  wanted = getenv("FAULT_CALL");
  below = getenv("FAULT_BELOW");
  if (!file || !wanted || !below) return;
  at = atol(getenv("FAULT_AT"));
  code = atol(getenv("FAULT_ERRNO"));
  forever = getenv("FAULT_FOREVER") != NULL;
  int descriptor = REAL(open)(file, O_RDWR);
  if (descriptor < 0) return;
  void *mapped = REAL(mmap)(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (mapped != MAP_FAILED) counter = mapped;
  close(descriptor);
}

// Whether this call fails. `path`: what it is about.
static int fails(const char *call, const char *path) {
  if (!counter || strcmp(call, wanted) != 0 || strncmp(path, below, strlen(below)) != 0) return 0;
  const long number = __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
  return at > 0 && (number == at || (forever && number > at));
}

static int fails_on(const char *call, int descriptor) {
  char link[64], path[PATH_MAX];
  if (!counter || strcmp(call, wanted) != 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  if (size < 0) return 0;
  path[size] = 0;
  return fails(call, path);
}

// A path below the folder may be relative to the working directory: the study's is absolute.
int open(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (fails("open", path)) {
    errno = (int)code;
    return -1;
  }
  return REAL(open)(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  if (fails("open", path)) {
    errno = (int)code;
    return -1;
  }
  return REAL(open64)(path, flags, mode);
}
ssize_t write(int descriptor, const void *bytes, size_t size) {
  if (fails_on("write", descriptor)) {
    if (code == 0) return REAL(write)(descriptor, bytes, (size + 1) / 2);
    errno = (int)code;
    return -1;
  }
  return REAL(write)(descriptor, bytes, size);
}
ssize_t pwrite(int descriptor, const void *bytes, size_t size, off_t offset) {
  if (fails_on("write", descriptor)) {
    if (code == 0) return REAL(pwrite)(descriptor, bytes, (size + 1) / 2, offset);
    errno = (int)code;
    return -1;
  }
  return REAL(pwrite)(descriptor, bytes, size, offset);
}
ssize_t pwrite64(int descriptor, const void *bytes, size_t size, off_t offset) {
  return pwrite(descriptor, bytes, size, offset);
}
int fsync(int descriptor) {
  if (fails_on("fsync", descriptor)) {
    errno = (int)code;
    return -1;
  }
  return REAL(fsync)(descriptor);
}
int link(const char *from, const char *to) {
  if (fails("link", to)) {
    errno = (int)code;
    return -1;
  }
  return REAL(link)(from, to);
}
int rename(const char *from, const char *to) {
  if (fails("rename", to)) {
    errno = (int)code;
    return -1;
  }
  return REAL(rename)(from, to);
}
int mkdir(const char *path, mode_t mode) {
  if (fails("mkdir", path)) {
    errno = (int)code;
    return -1;
  }
  return REAL(mkdir)(path, mode);
}
void *mmap(void *address, size_t size, int protection, int flags, int descriptor, off_t offset) {
  if (descriptor >= 0 && fails_on("mmap", descriptor)) {
    errno = (int)code;
    return MAP_FAILED;
  }
  return REAL(mmap)(address, size, protection, flags, descriptor, offset);
}
void *mmap64(void *address, size_t size, int protection, int flags, int descriptor, off_t offset) {
  return mmap(address, size, protection, flags, descriptor, offset);
}
