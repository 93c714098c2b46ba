/* The natural logarithm of a positive, normal float: relative error below 3e-7, the same bits on every host, and small. */
#ifndef MT_BASE_LOG_H
#define MT_BASE_LOG_H

#include <stdint.h>
#include <string.h>

static inline float mt_log(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  /* x = 2^e · m with m in [√½, √2); log m = 2 artanh r, r = (m - 1) / (m + 1), |r| < 0.172 */
  int32_t e = (int32_t)(bits - 0x3f3504f3u) >> 23;
  bits -= (uint32_t)e << 23;
  float m;
  memcpy(&m, &bits, sizeof m);
  float r = (m - 1) / (m + 1), s = r * r;
  return (float)e * 0.69314718f + 2 * r * (1 + s * (1.0f / 3 + s * (1.0f / 5 + s * (1.0f / 7 + s * (1.0f / 9)))));
}

#endif
