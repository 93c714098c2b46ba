#include "base/status.h"

#include <stdbool.h>

mt_status mt_fail_with(mt_error *error, mt_status status, const char *format, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
                       uint64_t e) {
  if (error == NULL) return status;
  const uint64_t given[] = {a, b, c, d, e}, *next = given;
  char *to = error->message, *end = to + MT_MESSAGE_BYTES - 1; /* the byte kept for NUL */
  for (; *format != '\0' && to < end; format++) {
    if (*format != '%') {
      *to++ = *format;
      continue;
    }
    uint64_t value = *next++;
    char digits[24], *digit = &digits[sizeof digits - 1];
    const char *text = (const char *)(uintptr_t)value;
    if (*++format != 's') {
      bool minus = *format == 'd' && (int64_t)value < 0;
      if (minus) value = 0 - value;
      *digit = '\0';
      do *--digit = (char)('0' + value % 10);
      while ((value /= 10) != 0);
      if (minus) *--digit = '-';
      text = digit;
    }
    for (; *text != '\0' && to < end; text++) /* perhaps of a hostile file: control bytes become '?' */
      *to++ = (char)((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
  }
  *to = '\0';
  error->status = status;
  return status;
}
