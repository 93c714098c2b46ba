/* The heap of learn.wasm. Its memory is shared by the builder's threads, each with an instance of the module and a stack of its
 * own; what they have in common is this heap, in which one takes or gives at a time. The linker puts these functions before the
 * allocator's (--wrap), which knows no threads.
 */
#include <malloc.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void *__real_malloc(size_t bytes);
void *__real_aligned_alloc(size_t alignment, size_t bytes);
void __real_free(void *block);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t element);
void *__wrap_realloc(void *block, size_t bytes);
void *__wrap_aligned_alloc(size_t alignment, size_t bytes);
void __wrap_free(void *block);

static atomic_flag busy = ATOMIC_FLAG_INIT;

/* Waits by turning round: nobody holds the heap for longer than it takes to find a block. After half a minute or so, who holds
 * it has ended, and so does who waits. */
#define MOST_TURNS (1u << 31)
static void enter(void) {
  for (uint32_t turn = 0; atomic_flag_test_and_set_explicit(&busy, memory_order_acquire); turn++)
    if (turn == MOST_TURNS) __builtin_trap();
}
static void leave(void) { atomic_flag_clear_explicit(&busy, memory_order_release); }

void *__wrap_malloc(size_t bytes) {
  enter();
  void *block = __real_malloc(bytes);
  leave();
  return block;
}

void *__wrap_calloc(size_t count, size_t element) {
  size_t bytes;
  if (__builtin_mul_overflow(count, element, &bytes)) return NULL;
  void *block = __wrap_malloc(bytes);
  if (block != NULL) memset(block, 0, bytes);
  return block;
}

/* The allocator's own would call `free`, which is this file's, and wait for itself. */
void *__wrap_realloc(void *block, size_t bytes) {
  void *moved = __wrap_malloc(bytes);
  if (moved == NULL || block == NULL) return moved;
  size_t before = malloc_usable_size(block);
  memcpy(moved, block, before < bytes ? before : bytes);
  __wrap_free(block);
  return moved;
}

void *__wrap_aligned_alloc(size_t alignment, size_t bytes) {
  enter();
  void *block = __real_aligned_alloc(alignment, bytes);
  leave();
  return block;
}

void __wrap_free(void *block) {
  enter();
  __real_free(block);
  leave();
}
