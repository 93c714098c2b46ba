#include "bundle/dates.h"

#include <math.h>

#define DAY 86400
#define YEARS 10000

/* Days since 1970, and back, by eras of 400 years that begin in March (Howard Hinnant, date algorithms, 2013). */
static int32_t days_of(int32_t year, int32_t month, int32_t day) {
  year += 400 - (month <= 2); /* above 0 */
  int32_t era = year / 400 - 1, of_era = year % 400, of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int32_t days, int32_t *year, int32_t *month, int32_t *day) {
  days += 719468 + 146097; /* above 0 */
  int32_t era = days / 146097 - 1, of_era = days % 146097;
  int32_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int32_t of_year = of_era - (365 * years + years / 4 - years / 100), shifted = (5 * of_year + 2) / 153;
  *day = of_year - (153 * shifted + 2) / 5 + 1;
  *month = shifted + (shifted < 10 ? 3 : -9);
  *year = years + era * 400 + (*month <= 2);
}

static uint32_t write_digits(char *text, uint32_t at, char before, uint32_t digits, int32_t value) {
  if (before != 0) text[at++] = before;
  for (uint32_t i = digits; i > 0; i--, value /= 10) text[at + i - 1] = (char)('0' + value % 10);
  return at + digits;
}

uint32_t mt_date_write(double seconds, bool day, char *text) {
  double thousandths = floor(seconds * 1e3 + 0.5);
  if (!(thousandths >= -719528e3 * DAY && thousandths < 2932897e3 * DAY)) return 0;
  int64_t all = (int64_t)thousandths, of_day = (all % (DAY * 1000) + DAY * 1000) % (DAY * 1000);
  int32_t year, month, date, rest = (int32_t)of_day;
  date_of((int32_t)((all - of_day) / (DAY * 1000)), &year, &month, &date);
  uint32_t at = write_digits(text, 0, 0, 4, year);
  at = write_digits(text, at, '-', 2, month);
  at = write_digits(text, at, '-', 2, date);
  if (day) return at;
  at = write_digits(text, at, 'T', 2, rest / 3600000);
  at = write_digits(text, at, ':', 2, rest / 60000 % 60);
  at = write_digits(text, at, ':', 2, rest / 1000 % 60);
  if (rest % 1000 != 0) at = write_digits(text, at, '.', 3, rest % 1000);
  text[at++] = 'Z';
  return at;
}

/* A number of so many digits after `before`, or -1, which nothing that is read later undoes. */
static int32_t read_digits(const char *text, size_t length, size_t *at, char before, size_t digits) {
  int32_t value = 0;
  if (before != 0 && (*at >= length || text[(*at)++] != before)) return -1;
  if (length - *at < digits) return -1;
  for (size_t end = *at + digits; *at < end; (*at)++) {
    if (text[*at] < '0' || text[*at] > '9') return -1;
    value = 10 * value + text[*at] - '0';
  }
  return value;
}

/* The letter there in lower case; 0 behind the end. */
static char letter_at(const char *text, size_t length, size_t at) {
  if (at >= length) return 0;
  bool upper = text[at] >= 'A' && text[at] <= 'Z';
  return (char)(text[at] + (upper ? 'a' - 'A' : 0));
}

static void skip_space(const char *text, size_t length, size_t *at) {
  while (*at < length && (text[*at] == ' ' || (text[*at] >= '\t' && text[*at] <= '\r'))) ++*at;
}

/* Seconds of `05:06`, `05:06:07` or `05:06:07.5`; NaN where it is none. */
static double read_clock(const char *text, size_t length, size_t *at) {
  int32_t hour = read_digits(text, length, at, 0, 2), minute = hour < 0 ? -1 : read_digits(text, length, at, ':', 2);
  int32_t second = minute >= 0 && letter_at(text, length, *at) == ':' ? read_digits(text, length, at, ':', 2) : 0;
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59 || second < 0 || second > 60) return (double)NAN;
  double value = hour * 3600 + minute * 60 + second, unit = 1;
  char mark = letter_at(text, length, *at);
  if (mark != '.' && mark != ',') return value;
  size_t first = ++*at;
  for (; *at < length && text[*at] >= '0' && text[*at] <= '9'; ++*at) value += (text[*at] - '0') * (unit /= 10);
  return *at > first ? floor(value * 1e6 + 0.5) / 1e6 : (double)NAN;
}

/* Seconds east of `Z`, `UTC`, `+02`, `+0200`, `+02:00`, or nothing; NaN where it is none of these. */
static double read_zone(const char *text, size_t length, size_t *at) {
  char first = letter_at(text, length, *at);
  if (first == 'z') ++*at;
  if (first == 'u' && letter_at(text, length, *at + 1) == 't' && letter_at(text, length, *at + 2) == 'c') *at += 3;
  if (first != '+' && first != '-') return 0;
  ++*at;
  int32_t hours = read_digits(text, length, at, 0, 2), minutes = 0;
  char next = letter_at(text, length, *at);
  if (hours >= 0 && (next == ':' || (next >= '0' && next <= '9')))
    minutes = read_digits(text, length, at, next == ':' ? ':' : 0, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return (double)NAN;
  return (first == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

double mt_date_read(const char *text, size_t length) {
  size_t at = 0;
  skip_space(text, length, &at);
  int32_t year = read_digits(text, length, &at, 0, 4), month = year < 0 ? -1 : read_digits(text, length, &at, '-', 2);
  int32_t day = month < 1 || month > 12 ? -1 : read_digits(text, length, &at, '-', 2), known[3];
  if (day < 1) return (double)NAN;
  int32_t days = days_of(year, month, day);
  date_of(days, &known[0], &known[1], &known[2]);
  if (known[2] != day) return (double)NAN; /* 30 February */
  double seconds = (double)days * DAY;
  char next = letter_at(text, length, at), after = letter_at(text, length, at + 1);
  if (next == 't' || (next == ' ' && after >= '0' && after <= '9')) {
    at++;
    seconds += read_clock(text, length, &at);
    skip_space(text, length, &at);
    seconds -= read_zone(text, length, &at);
  }
  skip_space(text, length, &at);
  return at == length ? seconds : (double)NAN;
}
