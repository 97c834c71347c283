/*
 * A disk that loses power, for tests. Preloaded into a server it keeps, beside the data folder, a shadow folder that holds
 * only what was synced: a write reaches the shadow when its file is synced, and in the strict mode a name reaches it when its
 * folder is. When the process is killed, the shadow is what the disk would have had after the power came back.
 *
 * Environment (paths absolute):
 *   CUT_DATA     the folder that is watched; everything outside of it is left alone
 *   CUT_SHADOW   its shadow; holds a copy of CUT_DATA when the process starts
 *   CUT_CONTROL  a file read before each write and each sync; absent: no fault. Lines of "VERB PATTERN"; the fault
 *                concerns files and folders whose path fits (* is all):
 *                  full         writes find no space (ENOSPC)
 *                  sync-fails   syncs report EIO and lose what they should have written
 *                  lie          syncs report success and write nothing
 *                  kill-before  SIGKILL at the next sync, before it takes effect
 *                  kill-after   SIGKILL at the next sync, after it took effect and before it is reported
 *                  kill-named   SIGKILL when a file is renamed to such a path
 *   CUT_KILL_AT  n: SIGKILL at the n-th step; each sync has two, before and after it takes effect
 *   CUT_LEAK     percent of the writes that reach the shadow unsynced, as disks may write in any order
 *   CUT_STRICT   1: names (created, renamed, deleted) reach the shadow when their folder is synced, not at once
 *   CUT_TRACE    a file that gets a line for each sync: the path
 *   CUT_SEED     of the random choices
 *
 * The -shm file of SQLite is not watched: it is memory shared among processes and is made anew. A way of writing that is not
 * known here ends the process loudly, so that nothing slips past unseen.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define FDS 65536

struct op { struct op *next; int is_truncate; off_t at; size_t length; char bytes[]; };

struct file {
  struct file *next;
  char *path;            /* its name now; NULL once deleted */
  char *also;            /* its second name, where it was linked */
  dev_t device;
  ino_t inode;
  int shadow;            /* descriptor of the shadow's file */
  struct op *first, **last;
};

/* A change of names that waits for its folder's sync: a rename, a link, or without `to` a deletion. */
struct naming { struct naming *next; char *folder; char *from, *to; int is_link; };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct file *files;
static struct file *fd_file[FDS];
static char *fd_folder[FDS];
static struct naming *namings, **namings_end = &namings;
static const char *data, *shadow, *control, *trace;
static size_t data_length;
static long kill_at, steps, pending_count;
static int leak, strict, ready;
static uint64_t seed;

#define REAL(name) ((__typeof__(&name)) real(#name))
static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) { fprintf(stderr, "power-cut: no %s\n", name); abort(); }
  return found;
}

/* dlsym allocates; once resolved a function is kept. */
#define REAL_ONCE(name) ({ static __typeof__(&name) kept; if (kept == NULL) kept = REAL(name); kept; })

__attribute__((constructor)) static void start(void) {
  data = getenv("CUT_DATA");
  shadow = getenv("CUT_SHADOW");
  control = getenv("CUT_CONTROL");
  trace = getenv("CUT_TRACE");
  const char *at = getenv("CUT_KILL_AT"), *percent = getenv("CUT_LEAK"), *from = getenv("CUT_SEED"), *names = getenv("CUT_STRICT");
  kill_at = at == NULL ? 0 : atol(at);
  leak = percent == NULL ? 0 : atoi(percent);
  seed = from == NULL ? 1 : strtoull(from, NULL, 10) * 2654435761u + 1;
  strict = names != NULL && names[0] == '1';
  if (data == NULL || shadow == NULL) return;
  data_length = strlen(data);
  ready = 1;
}

static uint32_t draw(void) {
  seed ^= seed << 13; seed ^= seed >> 7; seed ^= seed << 17;
  return (uint32_t) (seed >> 32);
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

static void broken(const char *what) {
  fprintf(stderr, "power-cut: %s: %s\n", what, strerror(errno));
  abort();
}

static void unknown(const char *what, const char *path) {
  fprintf(stderr, "power-cut: %s of %s is not known here\n", what, path == NULL ? "a deleted file" : path);
  abort();
}

static int ends_in(const char *path, const char *suffix) {
  size_t a = strlen(path), b = strlen(suffix);
  return a >= b && strcmp(path + a - b, suffix) == 0;
}

static int is_watched(const char *path) {
  return ready && path != NULL && strncmp(path, data, data_length) == 0 && (path[data_length] == '/' || path[data_length] == 0) && !ends_in(path, "-shm");
}

/* Whether the control file asks for this fault on this file now. */
static int asked(const char *verb, const char *path) {
  if (control == NULL || path == NULL) return 0;
  int fd = REAL_ONCE(open)(control, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  char text[1024];
  ssize_t length = read(fd, text, sizeof text - 1);
  REAL_ONCE(close)(fd);
  if (length <= 0) return 0;
  text[length] = 0;
  char *rest = text;
  for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
    char *pattern = strchr(line, ' ');
    if (pattern == NULL) continue;
    *pattern++ = 0;
    if (strcmp(line, verb) == 0 && fnmatch(pattern, path, 0) == 0) return 1;
  }
  return 0;
}

static char *in_shadow(const char *path) {
  char *there;
  if (asprintf(&there, "%s%s", shadow, path + data_length) < 0) abort();
  return there;
}

static char *folder_of(const char *path) {
  char *copy = strdup(path), *slash = strrchr(copy, '/');
  if (slash != NULL) *slash = 0;
  return copy;
}

static void note(const char *path) {
  if (trace == NULL || path == NULL) return;
  int fd = REAL_ONCE(open)(trace, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  char *line;
  int length = asprintf(&line, "%s\n", path);
  if (fd < 0 || length < 0 || REAL_ONCE(write)(fd, line, (size_t) length) != length) broken(trace);
  free(line);
  REAL_ONCE(close)(fd);
}

/* Each sync has two: before and after it takes effect. */
static void step(void) {
  steps += 1;
  if (steps == kill_at) die();
}

/* ------------------------------------------------------------------------------------------------------------- names */

static void rename_in_shadow(const char *from, const char *to, int is_link) {
  if (to == NULL) REAL_ONCE(unlink)(from);
  else if (is_link) REAL_ONCE(link)(from, to);
  else REAL_ONCE(rename)(from, to);
}

/* `from` and `to` are paths of the shadow, or of what waits beside it; to NULL: deleted. */
static void name_changes(const char *path, char *from, char *to, int is_link) {
  if (!strict) {
    rename_in_shadow(from, to, is_link);
    free(from);
    free(to);
    return;
  }
  struct naming *naming = malloc(sizeof *naming);
  *naming = (struct naming) { NULL, folder_of(path), from, to, is_link };
  *namings_end = naming;
  namings_end = &naming->next;
}

/* Whether what the shadow has under this name is on its way out. */
static int is_leaving(const char *there) {
  for (const struct naming *naming = namings; naming != NULL; naming = naming->next)
    if (!naming->is_link && strcmp(naming->from, there) == 0) return 1;
  return 0;
}

static void sync_folder(const char *folder) {
  for (struct naming **at = &namings; *at != NULL;) {
    struct naming *naming = *at;
    if (strcmp(naming->folder, folder) != 0) { at = &naming->next; continue; }
    rename_in_shadow(naming->from, naming->to, naming->is_link);
    *at = naming->next;
  }
  namings_end = &namings;
  while (*namings_end != NULL) namings_end = &(*namings_end)->next;
}

/* ------------------------------------------------------------------------------------------------------------- files */

static struct file *find(const char *path) {
  for (struct file *file = files; file != NULL; file = file->next)
    if ((file->path != NULL && strcmp(file->path, path) == 0) || (file->also != NULL && strcmp(file->also, path) == 0)) return file;
  return NULL;
}

/* The file has this name no more. */
static void forget(const char *path) {
  struct file *file = find(path);
  if (file == NULL) return;
  if (file->path != NULL && strcmp(file->path, path) == 0) {
    free(file->path);
    file->path = file->also;
  } else free(file->also);
  file->also = NULL;
}

static struct file *watch(const char *path, const struct stat *about) {
  struct file *file = find(path);
  if (file != NULL) return file;
  file = calloc(1, sizeof *file);
  file->path = strdup(path);
  file->device = about->st_dev;
  file->inode = about->st_ino;
  file->last = &file->first;
  char *there = in_shadow(path);
  file->shadow = is_leaving(there) ? -1 : REAL_ONCE(open)(there, O_RDWR | O_CLOEXEC);
  if (file->shadow < 0) {
    char *made;
    if (!strict) made = strdup(there);
    else if (asprintf(&made, "%s.unnamed-%ld", shadow, ++pending_count) < 0) abort();
    file->shadow = REAL_ONCE(open)(made, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file->shadow < 0) broken(made);
    if (strict) name_changes(path, made, strdup(there), 0);
    else free(made);
  }
  free(there);
  file->next = files;
  files = file;
  return file;
}

static void apply(struct file *file, const struct op *op) {
  if (op->is_truncate) {
    if (REAL_ONCE(ftruncate64)(file->shadow, op->at) != 0) broken("the shadow cannot be cut");
    return;
  }
  for (size_t done = 0; done < op->length;) {
    ssize_t written = REAL_ONCE(pwrite64)(file->shadow, op->bytes + done, op->length - done, op->at + (off_t) done);
    if (written <= 0) broken("the shadow cannot be written");
    done += (size_t) written;
  }
}

static void drop_ops(struct file *file, int applied) {
  while (file->first != NULL) {
    struct op *op = file->first;
    if (applied) apply(file, op);
    file->first = op->next;
    free(op);
  }
  file->last = &file->first;
}

static void add_op(struct file *file, int is_truncate, off_t at, const void *bytes, size_t length) {
  struct op *op = malloc(sizeof *op + length);
  op->next = NULL;
  op->is_truncate = is_truncate;
  op->at = at;
  op->length = length;
  if (length > 0) memcpy(op->bytes, bytes, length);
  if (leak > 0 && (int) (draw() % 100) < leak) apply(file, op);
  *file->last = op;
  file->last = &op->next;
}

/* Some callers close by the system call itself, so that a descriptor may be something else by now. */
static struct file *file_of(int fd) {
  if (!ready || fd < 0 || fd >= FDS) return NULL;
  struct file *file = fd_file[fd];
  struct stat about;
  if (file == NULL) return NULL;
  if (fstat(fd, &about) == 0 && about.st_dev == file->device && about.st_ino == file->inode) return file;
  fd_file[fd] = NULL;
  return NULL;
}

static const char *folder_at(int fd) {
  if (!ready || fd < 0 || fd >= FDS || fd_folder[fd] == NULL) return NULL;
  struct stat about;
  return fstat(fd, &about) == 0 && S_ISDIR(about.st_mode) ? fd_folder[fd] : NULL;
}

/* After a successful open. */
static int opened(int fd, const char *path, int flags) {
  if (fd < 0 || fd >= FDS || !is_watched(path)) return fd;
  struct stat about;
  if (fstat(fd, &about) != 0) return fd;
  pthread_mutex_lock(&lock);
  fd_file[fd] = NULL;
  if (S_ISDIR(about.st_mode)) fd_folder[fd] = strdup(path);
  else if (S_ISREG(about.st_mode)) {
    fd_file[fd] = watch(path, &about);
    if (flags & O_TRUNC) add_op(fd_file[fd], 1, 0, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  return fd;
}

static int is_full(struct file *file) {
  if (!asked("full", file->path)) return 0;
  errno = ENOSPC;
  return 1;
}

static ssize_t wrote(struct file *file, const void *bytes, ssize_t length, off_t at) {
  if (length <= 0) return length;
  pthread_mutex_lock(&lock);
  add_op(file, 0, at, bytes, (size_t) length);
  pthread_mutex_unlock(&lock);
  return length;
}

/* -------------------------------------------------------------------------------------------------------- the calls */

#define MODE(flags, mode) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

int open(const char *path, int flags, ...) { MODE(flags, mode) return opened(REAL_ONCE(open)(path, flags, mode), path, flags); }
int open64(const char *path, int flags, ...) { MODE(flags, mode) return opened(REAL_ONCE(open64)(path, flags, mode), path, flags); }
int creat(const char *path, mode_t mode) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

int openat(int folder, const char *path, int flags, ...) {
  MODE(flags, mode)
  return opened(REAL_ONCE(openat)(folder, path, flags, mode), path, flags);
}
int openat64(int folder, const char *path, int flags, ...) {
  MODE(flags, mode)
  return opened(REAL_ONCE(openat64)(folder, path, flags, mode), path, flags);
}

int close(int fd) {
  if (ready && fd >= 0 && fd < FDS) {
    pthread_mutex_lock(&lock);
    fd_file[fd] = NULL;
    free(fd_folder[fd]);
    fd_folder[fd] = NULL;
    pthread_mutex_unlock(&lock);
  }
  return REAL_ONCE(close)(fd);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
  struct file *file = file_of(fd);
  if (file == NULL) return REAL_ONCE(pwrite64)(fd, bytes, length, at);
  if (is_full(file)) return -1;
  return wrote(file, bytes, REAL_ONCE(pwrite64)(fd, bytes, length, at), at);
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) { return pwrite64(fd, bytes, length, at); }

ssize_t write(int fd, const void *bytes, size_t length) {
  struct file *file = file_of(fd);
  if (file == NULL) return REAL_ONCE(write)(fd, bytes, length);
  if (is_full(file)) return -1;
  int appends = fcntl(fd, F_GETFL) & O_APPEND;
  off_t at = lseek(fd, 0, appends ? SEEK_END : SEEK_CUR);
  return wrote(file, bytes, REAL_ONCE(write)(fd, bytes, length), at);
}

/* Piece by piece: a short write is allowed. */
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t at) {
  if (file_of(fd) == NULL) return REAL_ONCE(pwritev64)(fd, parts, count, at);
  return count == 0 ? 0 : pwrite64(fd, parts[0].iov_base, parts[0].iov_len, at);
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) { return pwritev64(fd, parts, count, at); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (file_of(fd) == NULL) return REAL_ONCE(writev)(fd, parts, count);
  return count == 0 ? 0 : write(fd, parts[0].iov_base, parts[0].iov_len);
}

int ftruncate64(int fd, off64_t length) {
  struct file *file = file_of(fd);
  int done = REAL_ONCE(ftruncate64)(fd, length);
  if (file == NULL || done != 0) return done;
  pthread_mutex_lock(&lock);
  add_op(file, 1, length, NULL, 0);
  pthread_mutex_unlock(&lock);
  return done;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int synced(int fd, int done) {
  struct file *file = file_of(fd);
  const char *path = file == NULL ? folder_at(fd) : file->path;
  if (done != 0) return done;
  if (asked("lie", path)) return 0;
  pthread_mutex_lock(&lock);
  if (asked("sync-fails", path)) {
    /* As Linux does it: the pages count as clean, and what they held is gone. */
    if (file != NULL) drop_ops(file, 0);
    pthread_mutex_unlock(&lock);
    errno = EIO;
    return -1;
  }
  if (asked("kill-before", path)) die();
  note(path);
  step();
  if (file == NULL) sync_folder(path);
  else drop_ops(file, 1);
  step();
  if (asked("kill-after", path)) die();
  pthread_mutex_unlock(&lock);
  return 0;
}

/* What is synced stands on the disk at some moment before the call returns: now early, now late. */
static int sync_with(int fd, int (*call)(int)) {
  if (file_of(fd) == NULL && folder_at(fd) == NULL) return call(fd);
  pthread_mutex_lock(&lock);
  int early = draw() & 1;
  pthread_mutex_unlock(&lock);
  if (!early) return synced(fd, call(fd));
  return synced(fd, 0) != 0 ? -1 : call(fd);
}
int fsync(int fd) { return sync_with(fd, REAL_ONCE(fsync)); }
int fdatasync(int fd) { return sync_with(fd, REAL_ONCE(fdatasync)); }

int unlink(const char *path) {
  int done = REAL_ONCE(unlink)(path);
  if (done != 0 || !is_watched(path)) return done;
  pthread_mutex_lock(&lock);
  forget(path);
  name_changes(path, in_shadow(path), NULL, 0);
  pthread_mutex_unlock(&lock);
  return done;
}

int rename(const char *from, const char *to) {
  int done = REAL_ONCE(rename)(from, to);
  if (done != 0 || (!is_watched(from) && !is_watched(to))) return done;
  if (!is_watched(from) || !is_watched(to)) unknown("a move into or out of the folder", from);
  pthread_mutex_lock(&lock);
  forget(to);
  struct file *file = find(from);
  if (file != NULL && file->also != NULL) unknown("a rename of a linked file", from);
  if (file != NULL) { free(file->path); file->path = strdup(to); }
  name_changes(to, in_shadow(from), in_shadow(to), 0);
  if (asked("kill-named", to)) die();
  pthread_mutex_unlock(&lock);
  return done;
}

int link(const char *from, const char *to) {
  int done = REAL_ONCE(link)(from, to);
  if (done != 0 || (!is_watched(from) && !is_watched(to))) return done;
  if (!is_watched(from) || !is_watched(to)) unknown("a link into or out of the folder", from);
  pthread_mutex_lock(&lock);
  struct file *file = find(from);
  if (file != NULL && file->also != NULL) unknown("a third name", to);
  if (file != NULL) file->also = strdup(to);
  name_changes(to, in_shadow(from), in_shadow(to), 1);
  pthread_mutex_unlock(&lock);
  return done;
}

int mkdir(const char *path, mode_t mode) {
  int done = REAL_ONCE(mkdir)(path, mode);
  if (done == 0 && is_watched(path)) {
    /* A folder's own name counts as durable: those of the files in it are what is asked about. */
    char *there = in_shadow(path);
    REAL_ONCE(mkdir)(there, mode);
    free(there);
  }
  return done;
}

/* ---------------------------------------------------------------------------------- ways of writing that slip past us */

int unlinkat(int folder, const char *path, int flags) {
  if (is_watched(path)) unknown("unlinkat", path);
  return REAL_ONCE(unlinkat)(folder, path, flags);
}
int renameat(int a, const char *from, int b, const char *to) {
  if (is_watched(from) || is_watched(to)) unknown("renameat", from);
  return REAL_ONCE(renameat)(a, from, b, to);
}
int truncate(const char *path, off_t length) {
  if (is_watched(path)) unknown("truncate", path);
  return REAL_ONCE(truncate)(path, length);
}
int fallocate64(int fd, int mode, off64_t at, off64_t length) {
  if (file_of(fd) != NULL) unknown("fallocate", file_of(fd)->path);
  return REAL_ONCE(fallocate64)(fd, mode, at, length);
}
int fallocate(int fd, int mode, off_t at, off_t length) { return fallocate64(fd, mode, at, length); }
int posix_fallocate64(int fd, off64_t at, off64_t length) {
  if (file_of(fd) != NULL) unknown("posix_fallocate", file_of(fd)->path);
  return REAL_ONCE(posix_fallocate64)(fd, at, length);
}
int posix_fallocate(int fd, off_t at, off_t length) { return posix_fallocate64(fd, at, length); }
ssize_t copy_file_range(int from, off64_t *a, int to, off64_t *b, size_t length, unsigned flags) {
  if (file_of(to) != NULL) unknown("copy_file_range", file_of(to)->path);
  return REAL_ONCE(copy_file_range)(from, a, to, b, length, flags);
}
FILE *fopen64(const char *path, const char *mode) {
  if (is_watched(path) && strpbrk(mode, "wa+") != NULL) unknown("fopen for writing", path);
  return REAL_ONCE(fopen64)(path, mode);
}
FILE *fopen(const char *path, const char *mode) { return fopen64(path, mode); }
void *mmap64(void *where, size_t length, int protection, int flags, int fd, off64_t at) {
  if ((flags & MAP_SHARED) && (protection & PROT_WRITE) && file_of(fd) != NULL) unknown("a writable mapping", file_of(fd)->path);
  return REAL_ONCE(mmap64)(where, length, protection, flags, fd, at);
}
