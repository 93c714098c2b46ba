/** Building bundles from a program: what the command line calls. Node only. */
export { build, type BuildRecord, type BuiltBundle, type Inputs, type Progress } from './build.js'
export { readConfig, type Config } from './config.js'
export { readPolicy, type Policy } from './policy.js'
export { readRanker } from './ranker.js'
export { readTower, type Tower, type TowerConfig } from './tower.js'
export { writeAtomically } from './write.js'
export {
  InputError,
  readCampaigns,
  readGraph,
  readEmbeddings,
  readInteractions,
  readItems,
  type Campaigns,
  type Embeddings,
  type Graph,
  type Interactions,
  type Items,
} from '../read/index.js'
export { sectionsOf, type SectionInfo } from './inspect.js'
export { readForest, roundedApart, TreeRunner, type TreePredictions } from '../import/tree-model.js'
export { type Forest } from '../import/trees.js'
export { compile, type CompileOptions, type Program, type ProgramInput } from '../import/compile.js'
export { isOnnx, readOnnx } from '../import/onnx.js'
export { ProgramRunner, type NumberArray } from '../import/run.js'
