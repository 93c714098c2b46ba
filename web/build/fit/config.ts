/** What is trained by steps: models that a log teaches in many small ones, where the closed forms of sources/ take a few large. */

/** What a build trains besides its usual sources. */
export interface TrainConfig {
  /**
   * A network that makes a person's vector of their history, and the item vectors beside it: the source `tower`. By name, or with how
   * it is trained. "sasrec": what comes next, by self-attention (Kang & McAuley 2018); "gru4rec": by a recurrent network (Hidasi et al.
   * 2016); "youtubednn": by
   * layers over the mean of what was met (Covington et al. 2016), for logs without times too; "twotower": the same, and items are told by
   * their content besides, so that those that nobody met have vectors. Kept where held-out events say that it adds
   * something. "finetune": that of --user-tower, with the embeddings that it is compared with, from its own weights on, in the source
   * `embeddings`; where held-out events do not say that this is surely better, it stays as it is.
   */
  tower?: TowerName | TowerTraining
  /**
   * Factor models, each a source of vectors beside the others: "bpr", or several in a list. "bpr": what a person met before what
   * they did not (Rendle et al. 2009); "ccl": cosines of what they met towards 1, of others below a margin (Mao et al. 2021);
   * "lightgcn": over vectors that went through the graph of people and items (He et al. 2020), which takes
   * longest; "node2vec": what walks from one item over people meet (Grover & Leskovec 2016); "svdpp": what each event weighs, by a
   * person's rated items (Koren 2008), and "nmf": the same by numbers of 0 and more (Lee & Seung 1999): these two learn of ratings and
   * of what was disliked, too.
   * Kept where held-out events say that it adds something.
   * @minItems 1 @maxItems 8
   */
  factors?: FactorsName | FactorsName[]
  /**
   * A ranker of what recall brings, learned from rows as `martello features` makes them. "lambdamart": trees that are grown for
   * NDCG (Burges 2010), as LightGBM grows them; "logistic": what each feature says by itself, added up; "fm": and each two of
   * them together (Rendle 2010); "deepfm": and layers over both (Guo et al. 2017); "din": layers over the features and what of
   * the history is like the candidate (Zhou et al. 2018).
   * Kept where it orders held-out events surely better than the merge alone.
   */
  ranker?: RankerName
  /**
   * A scorer that mixes a person with each item, and a tree over the items in which it finds the best of all by scoring few: the source
   * `tdm` (Zhu et al. 2018). Kept where held-out events say that it adds something.
   */
  retriever?: RetrieverName
  /**
   * What a ranker is to find, by the names of events, and what finding it is worth: { "click": 1, "like": 3, "buy": 10 } makes one
   * value of three targets. Events that are not named are history alone; an item that was met in several ways is worth the most of
   * them. Default: every liked event, each worth 1.
   * @minProperties 1 @maxProperties 1000 @minimum 0 @maximum 1000000
   */
  targets?: Record<string, number>
  /**
   * Minutes that training by steps may take, all models together. What is not done by then is as good as it is, and the build
   * says so; how much that is depends on the machine. Default 30.
   * @minimum 0.1 @maximum 100000
   */
  minutes?: number
}

/** How a tower is trained; all of it is in the build record. */
export interface TowerPlan {
  kind: TowerName
  width: number
  /** Newest events that it looks at. */
  length: number
  blocks: number
  heads: number
  hidden: number
  drop: number
  temperature: number
  /** Frequencies of the filter beside attention. */
  filter: number
  loss: TowerLoss
  negatives: number
  mixed: number
  hard: number
  weights: TowerWeights
  align: number
  /** Rows of a step. */
  batch: number
  rate: number
  decay: number
  /** Passes that are to be made, in smaller and smaller steps. 0: until held-out events come back no better. */
  planned: number
  /** Steps that these are at least: of a small log there are more passes. */
  leastSteps: number
  /** Passes over the log that were made, each with what the rate was multiplied by. */
  passes: number[]
  /** Steps that they were. A longer log is gone through in twice as many at most. */
  steps: number
}

/** Factor models that are trained by steps, in the order of a bundle. */
export const FACTORS = ['bpr', 'ccl', 'lightgcn', 'node2vec', 'svdpp', 'nmf'] as const

/** A factor model that is trained by steps. */
export type FactorsName = (typeof FACTORS)[number]

/** Where a config does not say. */
export const MINUTES = 30

/** Towers that are trained here. */
export type TowerName = 'sasrec' | 'gru4rec' | 'youtubednn' | 'twotower' | 'finetune'

/** What a tower's vectors are told by what came next. */
export type TowerLoss = 'softmax' | 'full' | 'bpr' | 'ccl' | 'gbce'

/** What an event counts where it is what came next: the product of what is said, 1 in the mean. */
export interface TowerWeights {
  /** What the event weighs in the log, by its rating or name. Default false. */
  event?: boolean
  /** A number column of the log: what was paid for the event. Events that say nothing count as the others do in the mean. */
  value?: string
  /**
   * A number column of --items: a price, a margin, so that more of it is recommended (Mobius, Fan et al. 2019). Items that say nothing
   * count as the others do in the mean.
   */
  column?: string
  /**
   * The item's events to the power of minus this, against the lead of what is popular (inverse propensity, Schnabel et al. 2016): 0.5.
   * Default 0, of twotower 0.5.
   * @minimum 0 @maximum 1
   */
  popularity?: number
}

/** How a tower is trained, where it is not as usual. */
export interface TowerTraining {
  kind: TowerName
  /**
   * Numbers of a vector. Default 64, of youtubednn 128; finetune has those of the embeddings.
   * @integer @minimum 16 @maximum 256 @multipleOf 16
   */
  width?: number
  /**
   * Newest events that it looks at. Default 50, of youtubednn and twotower 100; finetune looks at what its input holds.
   * @integer @minimum 2 @maximum 200
   */
  length?: number
  /**
   * Blocks of layers. Default 1.
   * @integer @minimum 1 @maximum 4
   */
  blocks?: number
  /**
   * Heads of sasrec's, which divide the width. Default 2.
   * @integer @minimum 1 @maximum 8
   */
  heads?: number
  /**
   * Numbers between two layers, of gru4rec those of its state. Default 256 of sasrec, 64 of gru4rec, of others 128.
   * @integer @minimum 16 @maximum 1024 @multipleOf 4
   */
  hidden?: number
  /**
   * What of each layer is dropped in training. Default 0.5, of gru4rec and twotower 0.3, of youtubednn 0.4, of finetune 0.
   * @minimum 0 @maximum 0.9
   */
  drop?: number
  /**
   * What scores of youtubednn's query, which has length 1, are divided by before the loss: the lower, the more the nearest items count. Default 0.1, of twotower 0.15. Of finetune
   * what its scores are divided by: 0.15 where its embeddings all have length 1, else 1. None
   * beside the loss "ccl", which takes cosines as they are.
   * @minimum 0.01 @maximum 1
   */
  temperature?: number
  /**
   * Lowest frequencies that sasrec's filter keeps apart from the others, beside attention (BSARec, Shin et al. 2024): a moving mean of
   * what was met. 0: no filter, it is SASRec. Default 2.
   * @integer @minimum 0 @maximum 25
   */
  filter?: number
  /**
   * What vectors are told by what came next. "softmax": that it should come first of some items (negatives), "full": of all; "bpr": be
   * before each of some (Rendle et al. 2009); "ccl": cosines of it towards 1, of others below a margin (Mao et al. 2021); "gbce": be
   * likely and others not, as likely as they are among all (Petrov & Macdonald 2023). Default "softmax".
   */
  loss?: TowerLoss
  /**
   * Items that each batch is compared with, beside those that came next; all, by "softmax", where these are no more. The more, the better
   * and the longer. Default 2048 of sasrec, 4096 of youtubednn, else 512.
   * @integer @minimum 16 @maximum 4096 @multipleOf 4
   */
  negatives?: number
  /**
   * What of them others of the batch meet next, of "softmax" and "gbce" corrected for how popular that makes them (logQ). Default 0: any
   * item that somebody met is as likely.
   * @minimum 0 @maximum 0.9
   */
  mixed?: number
  /**
   * What of them the model of the pass before would have recommended in vain: hard negatives. A pass then takes the longer,
   * the more items there are: each history is compared with all that somebody met. Default 0.
   * @minimum 0 @maximum 0.9
   */
  hard?: number
  /** What counts more than other events. Default: none does. */
  weights?: TowerWeights
  /**
   * How much what came next and any items are to vary alike (covariance alignment, after ESAM, Chen et al. 2020), so that items that few
   * met are told apart as those that many did: 1. Default 0.
   * @minimum 0 @maximum 1000
   */
  align?: number
  /**
   * Histories of a step. Default 128, of youtubednn and twotower 256.
   * @integer @minimum 1 @maximum 4096
   */
  batch?: number
  /**
   * The length of steps. Default 0.004, of youtubednn 0.003, of gru4rec and twotower 0.001, of finetune 0.0003.
   * @minimum 0.000001 @maximum 1
   */
  rate?: number
  /**
   * What of itself each number loses in a step of length 1 (weight decay). Default 0.02 of sasrec, of others 0. What twotower
   * learns of items beside their content always loses 30.
   * @minimum 0 @maximum 10
   */
  decay?: number
  /**
   * Passes over the log, in steps that become smaller along a cosine; fewer where the time is over before. 0: until held-out events come
   * back no better, in steps that become smaller then. Default 20 of sasrec and youtubednn, and more of a log of
   * few people, so that there are 1000 steps; of others 0.
   * @integer @minimum 0 @maximum 200
   */
  passes?: number
}

/** What retrieves by a tree and is trained here. */
export type RetrieverName = 'tdm'

/** Rankers that are trained here. */
export type RankerName = 'lambdamart' | 'logistic' | 'fm' | 'deepfm' | 'din'

/** How a tree and its scorer are trained; all of it is in the build record. */
export interface TdmPlan {
  /** Numbers of a node's vector. */
  width: number
  /** Newest events that the scorer looks at. */
  length: number
  interests: number
  hidden: number
  /** Children of a node. */
  arity: number
  /** Nodes that are scored of each level at most. */
  beam: number
  /** Nodes of each level that what came next is compared with. */
  negatives: number
  /** What of a history, and of what is read from it, is dropped in training. */
  drop: number
  /** How much what a node has for itself, beside its branch, is held down. */
  decay: number
  /** Rows of a step. */
  batch: number
  rate: number
  /** Passes over the log, each with what the rate is multiplied by. Empty: until held-out events come back no better. */
  passes: number[]
  /** Steps that they were. */
  steps: number
}
