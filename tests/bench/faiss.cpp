// FAISS beside us: the quickest of its index types and parameters that reach recall .95, on one thread. It is compiled by hand where
// FAISS is at hand; built from its source for AVX2 (-DFAISS_OPT_LEVEL=avx2), say:
//
//   g++ -O2 -mavx2 -std=c++20 -I FAISS tests/bench/faiss.cpp FAISS/build/faiss/libfaiss_avx2.a -lopenblas -fopenmp -o build/faiss
//   OPENBLAS_NUM_THREADS=1 MARTELLO_FAISS=build/faiss node tests/bench/peers.mjs
//
//   faiss ROWS QUERIES GOLD dim k    float32 rows and queries, and for each query its k exact results, uint32
//
// Parameters are chosen on the first half of the queries that have results, recall and times are of the second. Prints a line of
// JSON for the best of all, and one for the best below 100 bytes an item.
#include <faiss/AutoTune.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>
#include <faiss/impl/io.h>
#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

static constexpr double ENOUGH = 0.95;

template <typename T> static std::vector<T> read(const char *path) {
  FILE *file = fopen(path, "rb");
  fseek(file, 0, SEEK_END);
  std::vector<T> all(size_t(ftell(file)) / sizeof(T));
  rewind(file);
  if (fread(all.data(), sizeof(T), all.size(), file) != all.size()) exit(1);
  fclose(file);
  return all;
}

int main(int, char **argv) {
  omp_set_num_threads(1);
  const std::vector<float> rows = read<float>(argv[1]), queries = read<float>(argv[2]);
  const std::vector<uint32_t> gold = read<uint32_t>(argv[3]);
  const int dim = atoi(argv[4]), k = atoi(argv[5]);
  const size_t count = rows.size() / size_t(dim), asked = gold.size() / size_t(k), half = asked / 2;
  std::vector<faiss::idx_t> found(static_cast<size_t>(k));
  std::vector<float> scores(static_cast<size_t>(k));

  // recall of queries first ... last - 1, and their sorted times in ms
  auto ask = [&](const faiss::Index &index, size_t first, size_t last, std::vector<double> &times) {
    size_t hits = 0;
    times.clear();
    for (size_t q = first; q < last; q++) {
      auto started = std::chrono::steady_clock::now();
      index.search(1, &queries[q * size_t(dim)], k, scores.data(), found.data());
      times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started).count());
      const std::unordered_set<uint32_t> exact(&gold[q * size_t(k)], &gold[q * size_t(k)] + k);
      for (faiss::idx_t item : found) hits += exact.count(uint32_t(item));
    }
    std::sort(times.begin(), times.end());
    return double(hits) / double((last - first) * size_t(k));
  };

  std::vector<std::string> lists = count > 200000 ? std::vector<std::string>{"IVF256", "IVF1024"}
                                                  : std::vector<std::string>{"IVF64", "IVF256"};
  const std::vector<std::string> codes = {"Flat", "SQ8", "PQ32x4fs,RFlat", "PQ32x4fs,Refine(SQ8)"};
  std::vector<std::string> kinds = codes;
  for (const auto &list : lists)
    for (const auto &code : codes) kinds.push_back(list + "," + code);

  struct best {
    double recall = 0, bytes = 0, p50 = 1e9, p99 = 0;
    std::string what;
  } best[2];
  faiss::ParameterSpace tuner;
  for (const auto &kind : kinds) {
    std::unique_ptr<faiss::Index> index(faiss::index_factory(dim, kind.c_str(), faiss::METRIC_INNER_PRODUCT));
    index->train(faiss::idx_t(count), rows.data());
    index->add(faiss::idx_t(count), rows.data());
    faiss::VectorIOWriter writer;
    faiss::write_index(index.get(), &writer);
    const double bytes = double(writer.data.size()) / double(count);
    const bool refined = kind.find('R') != std::string::npos && kind.find("PQ") != std::string::npos;
    const bool listed = kind.rfind("IVF", 0) == 0;
    for (int factor : refined ? std::vector<int>{1, 2, 3, 4, 6, 8, 12} : std::vector<int>{1})
      for (int probes : listed ? std::vector<int>{1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256} : std::vector<int>{1}) {
        std::string set = (refined ? "k_factor_rf=" + std::to_string(factor) : "") + (refined && listed ? "," : "") +
                          (listed ? "nprobe=" + std::to_string(probes) : "");
        if (!set.empty()) tuner.set_index_parameters(index.get(), set.c_str());
        std::vector<double> times;
        if (ask(*index, 0, half, times) < ENOUGH) continue;
        const double p50 = times[times.size() / 2];
        for (int small = 0; small < 2; small++)
          if ((small == 0 || bytes < 100) && p50 < best[small].p50) {
            const double recall = ask(*index, half, asked, times);
            if (recall >= ENOUGH)
              best[small] = {recall, bytes, times[times.size() / 2], times[times.size() * 99 / 100], kind + " " + set};
          }
        break; // more lists only take longer
      }
  }
  for (const auto &b : best)
    printf("{\"what\":\"%s\",\"recall\":%.4f,\"bytes\":%.1f,\"p50\":%.4f,\"p99\":%.4f}\n", b.what.c_str(), b.recall, b.bytes, b.p50, b.p99);
}
