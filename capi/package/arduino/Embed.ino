// Proves the encoder on this board, then prints the embedding of an image. Put a camera's pixels in place of the drawn ones.
#include <dim.h>
#include <dim_encoder.h>

DIM_ALIGNED static uint8_t arena_bytes[DIM_ENCODER_ARENA_BYTES];
static const dim_memory arena = DIM_MEMORY(arena_bytes);
static uint8_t pixels[DIM_ENCODER_IMAGE_BYTES];
static dim_model model;

static bool isDone(dim_status status, const char *what) {
  if (status != DIM_OK) {
    Serial.print(what);
    Serial.print(": ");
    Serial.println(dim_status_name(status));
  }
  return status == DIM_OK;
}

void setup() {
  Serial.begin(115200);
  while (!Serial) {
  }
  while (!isDone(dim_parse(&model, dim_encoder, sizeof(dim_encoder)), "parse") || !isDone(dim_prove(&model, arena), "prove")) {
    delay(5000);
  }
  Serial.println("proven: this board computes the bits of the workstation");
}

void loop() {
  for (size_t i = 0; i < sizeof(pixels); i++) {
    pixels[i] = (uint8_t)random(256);
  }
  unsigned long start = micros();
  dim_tensor embedding;
  if (isDone(dim_encode(&model, arena, pixels, sizeof(pixels), &embedding), "encode")) {
    Serial.print(micros() - start);
    Serial.print(" us:");
    for (size_t i = 0; i < embedding.count; i++) {
      Serial.print(' ');
      Serial.print(embedding.codes[i]);
    }
    Serial.println();
  }
  delay(1000);
}
