/** Readers for what people have: tables, logs, catalogues, embedding tables, arrays. Node only. */
export type { Progress } from './bytes.js'
export { InputError, InputErrors, quote, quoteList, together, type Fault, type Place } from './errors.js'
export { readTable, scanTable, type Table } from './table.js'
export { partsOf } from './parts.js'
export { placeIn } from './batch.js'
export { ColumnError, otherItems, type Mapping, type Role, type Skip } from './columns.js'
export { noteWhatMeets, readItemsOf } from './meeting.js'
export { NO_BASKET, readInteractions, type InteractionOptions, type Interactions } from './interactions.js'
export { whyLeft, type LeaveOut, type NumberRange } from './leave.js'
export type { TallyFacts } from './tally.js'
export { readCampaigns, type CampaignEntry, type Campaigns } from './campaigns.js'
export { readGraph, type Graph } from './graph.js'
export {
  readNeighbours,
  readPopularity,
  UNNAMED,
  type Neighbours,
  type Pairs,
  type Popularity,
  type TablesOptions,
} from './neighbours.js'
export type { NamedColumns } from './named.js'
export type { TableOptions } from './embedding-table.js'
export { readItems, type ItemFacts, type ItemOptions, type Items } from './items.js'
export type { ColumnFacts, ExceptionFacts, FileFacts, FileNote, FileTaken, LeftOut } from './facts.js'
export type { Column } from './attribute.js'
export type { TimeFacts } from './far.js'
export type { DateOrder, DateOrders, OpenDates, TimeUnit, TimeUnits, UnitCells } from './times.js'
export type { Decimals } from './quantities.js'
export type { Above, Heading, Quotes } from './batch.js'
export { headingBy } from './header.js'
export type { IdReading, IdsAs } from './cells.js'
export type { Floats } from './intern.js'
export type { Kind } from './kinds.js'
export { readIds } from './ids.js'
export { readEmbeddings, type Embeddings } from './embeddings.js'
export { openRows, type VectorRows } from './rows.js'
export { readNpy, type NpyArray, type NpyData } from './npy.js'
export { readNpz, type Npz } from './npz.js'
export { writeNpy } from './write-npy.js'
