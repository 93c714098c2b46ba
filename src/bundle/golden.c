#include "bundle/golden.h"

#include "bundle/check.h"
#include "bundle/format.h"

mt_status mt_golden_open(const unsigned char *bytes, size_t length, const mt_program *program, mt_golden *golden,
                         mt_error *error) {
  MT_TRY(mt_check_head("golden", length, MT_GOLDEN_HEAD, error));
  *golden = (mt_golden){.rows = mt_load_u32(bytes),
                        .inputs = mt_load_u32(bytes + 4),
                        .outputs = mt_load_u32(bytes + 8),
                        .tolerance = mt_load_f32(bytes + 12),
                        .input = (const float *)(const void *)(bytes + MT_GOLDEN_HEAD)};
  uint64_t inputs = 0, outputs = 0;
  for (uint32_t i = 0; i < program->inputs; i++)
    if (program->ports[i].role == MT_PORT_PLAIN) inputs += mt_port_floats(&program->ports[i], 1);
  for (uint32_t i = 0; i < program->outputs; i++) outputs += mt_port_floats(&program->ports[program->inputs + i], 1);
  if (golden->inputs != inputs || golden->outputs != outputs || golden->rows > length)
    return mt_fail(error, MT_CORRUPT, "golden: found %u numbers in and %u out, expected %u and %u", golden->inputs,
                   golden->outputs, inputs, outputs);
  MT_TRY(mt_check_bytes("golden", length, MT_GOLDEN_HEAD + 4 * golden->rows * (inputs + outputs), error));
  if (program->is_list) MT_TRY(mt_check_count("golden", "rows", golden->rows, 1, program->capacity, error));
  if (!(golden->tolerance >= 0)) return mt_fail(error, MT_CORRUPT, "golden: its tolerance is not a number");
  golden->output = golden->input + (size_t)golden->rows * golden->inputs;
  return MT_OK;
}
