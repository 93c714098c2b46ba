/**
 * Building bundles from a program: what the command line calls. Node only.
 *
 * @module martello/build
 */
export {
  accountOf,
  type Account,
  type EventAccount,
  type InputAccount,
  type Join,
  type RareItems,
  type RatingsAccount,
  type TimesAccount,
} from './account.js'
export type { InputRole } from './joins.js'
export { build } from './build.js'
export type { BuiltBundle } from './finish.js'
export type { Inputs, Previous } from './inputs.js'
export type { SectionBytes } from './sections/section.js'
export type { Texts } from './sections/texts.js'
export type { Progress } from './progress.js'
export type { Events } from './events.js'
export type { Grading } from './sections/policy.js'
export type { RatingCount } from './ratings.js'
export type { Weighing } from './weighing.js'
export type { BuildRecord } from './record.js'
export type { Noise, NoiseConfig, NoisedTable, TableName } from './noise/config.js'
export type { LeftOfFew } from './single.js'
export type { Shared } from './training.js'
export type { DislikeChoice } from './tune/dislikes.js'
export type { SearchChoice } from './tune/search.js'
export type { Division } from './tune/within.js'
export type { Point } from './tune/divisions.js'
export type { Figures, Tried } from './tune/ways.js'
export type { InputConfig, InputKind } from './models/bind.js'
export { readConfig, type Columns, type Config, type NamedMapping, type RankerConfig } from './config.js'
export type { SourceName } from './sources/index.js'
export type {
  FactorsName,
  RankerName,
  RetrieverName,
  TowerLoss,
  TowerName,
  TowerTraining,
  TowerWeights,
  TrainConfig,
} from './fit/config.js'
export type { TrainedRanker } from './fit/ranker.js'
export { readPolicy, type Policy } from './policy.js'
export type { ItemMatch, Match, Rules } from '../recommender/rules.js'
export type { Filter, Condition, FilterRange, FilterValue } from '../recommender/filter.js'
export { readPrevious } from './previous.js'
export { refresh, type RefreshOptions } from './refresh.js'
export { readRanker } from './models/ranker.js'
export type { Examples } from './models/rankers.js'
export { readTower, type Tower, type TowerConfig } from './models/tower.js'
export { writeAtomically } from './write.js'
export {
  InputError,
  readCampaigns,
  readGraph,
  readEmbeddings,
  readInteractions,
  readItems,
  readNeighbours,
  readPopularity,
  type CampaignEntry,
  type Campaigns,
  type Column,
  type ColumnFacts,
  type DateOrder,
  type DateOrders,
  type OpenDates,
  type LeaveOut,
  type NumberRange,
  type TallyFacts,
  type Decimals,
  type Floats,
  type IdReading,
  type IdsAs,
  type ExceptionFacts,
  type FileFacts,
  type FileTaken,
  type ItemFacts,
  type FileNote,
  type Fault,
  type Skip,
  type LeftOut,
  type TimeFacts,
  type TimeUnit,
  type TimeUnits,
  type UnitCells,
  type Embeddings,
  type Graph,
  type InteractionOptions,
  type Interactions,
  type ItemOptions,
  type Items,
  type Kind,
  type Mapping,
  type NamedColumns,
  type Neighbours,
  type Pairs,
  type Popularity,
  type TableOptions,
  type TablesOptions,
  type Place,
  type Quotes,
  type Above,
  type Progress as ReadProgress,
  type Role,
} from '../read/index.js'
export { sectionsOf, type SectionInfo } from './inspect.js'
export { readForest, roundedApart, TreeRunner, type TreePredictions } from '../import/trees/tree-model.js'
export { type Forest, type TreeOptions } from '../import/trees/trees.js'
export { compile, type CompileOptions, type Program, type ProgramInput } from '../import/onnx/compile.js'
export { isOnnx, readOnnx } from '../import/onnx/model/onnx.js'
export { ProgramRunner, type NumberArray } from '../import/onnx/run.js'
