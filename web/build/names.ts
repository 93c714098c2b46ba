/**
 * What names of events and states of orders plainly say, in the languages that logs are written in: that something was taken
 * back, that it came to nothing, that somebody dislikes it. A name is read by its words, without case, accents and separators.
 *
 *     refund*      any ending
 *     thumbs down  with or without the space, and whatever stands for it: thumbs_down, ThumbsDown
 *     取消          amid other letters, as languages without spaces have it
 */
import { plain } from '../recommender/words.js'

/** What was bought, liked or put somewhere is so no more. */
const TAKES_BACK = {
  English:
    'remov*, delet*, refund*, return, returns, returned, returning to, cancel*, undo*, revok*, withdraw*, withdrew, charge back*, void, voided, uninstall*, ' +
    'un lik*, un lov*, un heart*, un favo*, un fav, un star*, un bookmark*, un sav*, un pin*, un subscri*, un follow*, un watch*, un check*, ' +
    'un register*, un enroll*, un vot*, un hid*, un block*, un mut*, un dislik*, un downvot*, un report*',
  German:
    'rückgabe*, rueckgabe*, rücksend*, ruecksend*, retour*, storn*, widerruf*, *erstatt*, gutschrift, entfern*, gelöscht, geloescht, löschen, ' +
    'abbestell*, gekündigt, kündigung*, zurückge*, zurueckge*, gefällt mir nicht mehr',
  French: "annul*, rembours*, retour*, supprim*, retrait*, retirer, désabonn*, résili*, renvoy*, n'aime plus",
  Spanish: 'devol*, devuel*, reembols*, elimin*, anul*, borrad*, quitar, quitado, ya no me gusta, dejar de seguir',
  Portuguese: 'devol*, estorn*, reembols*, excluíd*, desfeit*, descurti*, deixar de seguir',
  Italian: 'reso, resi, rimbors*, annull*, restitu*, rimoss*, rimuov*, elimin*, recesso, disiscri*, non mi piace più',
  Dutch: 'geannuleerd*, retour*, terugbeta*, terugge*, verwijder*, opgezegd',
  Scandinavian:
    'retur, returen, returer*, returner*, returord*, returvar*, avbrut*, återbetal*, makuler*, avbeställ*, borttag*, återkall*, afbestil*, annuller*, kanseller*, fjernet, slettet, tilbagebetal*, tilbakebetal*',
  Finnish: 'palaut*, peruut*, perutt*, poistett*, hyvite*',
  Polish: 'zwrot*, zwróc*, anulow*, usuni*, rezygnacj*',
  Czech: 'vrácen*, vratk*, storn*, zruš*, odstran*',
  Hungarian: 'visszaküld*, visszatérít*, törölt, törölve, lemond*, sztorn*, eltávolít*',
  Romanian: 'anulat*, returnat*, ramburs*, șters, eliminat*',
  Turkish: 'iade*, iptal*, kaldır*, silindi, vazgeç*',
  Greek: 'επιστροφ*, επιστραφ*, ακυρ*, αφαιρ*, διαγραφ*',
  Russian:
    'возврат*, возвращ*, вернул*, отмен*, аннулир*, удал*, убран, убрано, убрать, убрал*, отказ*, отпис*, сторно*',
  Ukrainian: 'поверн*, скасов*, відмін*, видал*',
  Bulgarian: 'върнат*, връщан*, отказан*, анулиран*, премахн*, отменен*',
  Serbian: 'povrat*, otkaz*, vraćen*, uklonjen*',
  Arabic: '*إلغاء, *ملغ*, ألغي*, *إرجاع, *استرجاع, *مرتجع*, *استرداد, *مسترد*, *مسترجع*, حذف, *إزال*',
  Persian: 'لغو*, مرجوع*, بازگشت*',
  Hebrew: 'מוחזר*, הוחזר*, *החזר*, בוטל*, *ביטול*, מבוטל*, הוסר*, נמחק*, זיכוי',
  Hindi: 'वापस*, वापसी, रद्द*, धनवापसी, लौटा*, हटा*',
  Thai: 'คืนสินค้า, คืนเงิน, ยกเลิก, ลบออก',
  Vietnamese: 'hoàn tiền, hoàn trả, trả hàng, hủy, đã hủy, hủy đơn',
  Indonesian: 'batal, dibatalkan, pembatalan, pengembalian, dikembalikan, dihapus',
  Chinese: '退款, 退货, 退貨, 退单, 退單, 退订, 退訂, 取消, 撤销, 撤銷, 撤回, 移除, 移出, 删除, 刪除, 作废, 作廢',
  Japanese: '返品, 返金, 返却, 取消, 取り消, キャンセル, 払い戻し, 払戻, 解約, 解除, 削除',
  Korean: '취소, 환불, 반품, 반환, 삭제, 해지, 제거, 철회',
}

/** It came to nothing, whatever was before. */
const CAME_TO_NOTHING = {
  English: 'skip, skips, skipped, abandon*, declin*, fail, failed, failure',
  others:
    'abgebrochen, abgelehnt, fehlgeschlagen, übersprungen, refusé*, échoué, échec, abandonné, rechazad*, fallid*, recusad*, falhou, rifiutat*, fallito, ' +
    'odrzucon*, zamítnut*, başarısız, отклон*, неудач*, брошен*, пропущен*, فشل, مرفوض*, נכשל*, נדחה*, 失败, 失敗, 跳过, 跳過, 放弃, 拒絶, スキップ, 실패, 건너뛰기',
}

/** States of orders that are none: whole names, since amid others they may mean anything. */
const NO_ORDER = {
  English:
    'checkout draft, auto draft, trash, trashed, expired, incomplete expired, fraud, fraudulent, payment error, error payment, payment expired, requires payment method',
  others:
    'papierkorb, abgelaufen, betrug, zahlungsfehler, corbeille, expirée?, fraude, erreur de paiement, papelera, expirado, caducado, vencido, error de pago, erro de pagamento, ' +
    'cestino, scaduto, frode, errore di pagamento, verlopen, betaalfout, wygasło, просрочен*, истек*, мошенничество, 已过期, 已過期, 期限切れ, 만료, 만료됨',
}

/** These may still come to nothing, or did: the same state is called so by shops that deliver first. */
const MAY_BE_NONE = {
  English:
    'unpaid, not paid, pending payment, payment pending, awaiting payment, wc pending, draft, suspected fraud, incomplete, requires action, closed',
  others:
    'unbezahlt, zahlung ausstehend, entwurf, impayée?, attente paiement, brouillon, pendiente de pago, no pagado, borrador, pagamento pendente, aguardando pagamento, rascunho, ' +
    'in attesa di pagamento, non pagato, bozza, in afwachting van betaling, onbetaald, nieopłacone, ожидает оплаты, не оплачен*, 未付款, 待付款, 未払い, 미결제',
}

/** Magento closes an order when it gave all back; a ticket that is closed is well. */
const CLOSED = /^ (order |status )?closed $/
const LIKE_MAGENTO = ['complete', 'processing', 'holded', 'canceled', 'pending_payment', 'payment_review', 'fraud']

const DISLIKES = {
  English:
    'dislik*, downvot*, down vot*, thumb down, thumbs down, hide, hides, hiding, hidden, not interested, block, blocks, blocked, report, reports, reported, ' +
    'flag, flags, flagged, hate, hates, hated, mute, mutes, muted, reject*, dismiss*, 👎',
  German:
    'gefällt mir nicht, gefaellt mir nicht, mag ich nicht, kein interesse, nicht interessiert, ausgeblendet, ausblenden, blockiert, gemeldet',
  French: "n'aime pas, pas intéressé*, masqué, masquer, bloqué",
  Spanish: 'no me gusta, no me interesa, ocultar, ocultado, bloquead*',
  Portuguese: 'não gostei, não gosto, não curti, sem interesse, ocultar, bloquead*',
  Italian: 'non mi piace, non mi interessa, nascost*, bloccat*',
  others:
    'niet leuk, gillar inte, nie lubię, nie podoba, nelíbí, beğenmedi*, ilgilenmiyorum, gizlendi, không thích, tidak suka',
  Russian: 'не нравится, не понравил*, дизлайк*, не интересно, скрыть, скрыт, скрыто, жалоба, не подобається',
  Arabic: 'لم يعجبني, لا يعجبني, غير مهتم',
  Hebrew: 'לא אהבתי, לא מעניין',
  Chinese: '不喜欢, 不喜歡, 不感兴趣, 不感興趣, 踩, 差评, 負評, 拉黑, 屏蔽, 举报, 檢舉',
  Japanese: '低評価, 嫌い, よくないね, 興味なし, 興味がない, 非表示, ブロック, 通報',
  Korean: '싫어요, 관심 없음, 숨기기, 숨김, 차단, 신고',
}

/** Whether it was done, a column of yes and no tells. */
const DONE = {
  English:
    'click, clicks, clicked, tapped, like, likes, liked, loved, fav, favorite, favourite, favorited, starred, label, labels, watch, watched, viewed, long view, ' +
    'valid play, seen, played, listened, complete, completed, finish, finished, read, opened, purchase, purchases, purchased, buy, bought, ordered, sold, paid, ' +
    'convert, converted, conversion, target, follow, followed, share, shared, comment, commented, collect, collected, saved, bookmarked, subscribed, ' +
    'installed, downloaded, recommended, engaged, consumed, interacted, added to cart',
  others:
    'geklickt, gekauft, gesehen, gelesen, gehört, gefällt, cliqué, acheté, aimé, vu, lu, comprado, visto, clicado, curtiu, cliccato, acquistato, ' +
    'куплен*, просмотрен*, нравится, 点击, 點擊, 购买, 購買, 点赞, 收藏, 转发, 完播, クリック, 購入, いいね, 클릭, 구매, 좋아요',
}

/** Whoever looks at a thing or presses on it has not done what it is called: `view_cancel_policy`, `hidden_gem_click`. */
const USED =
  'view, views, viewed, click, clicks, clicked, tap, taps, tapped, play, plays, played, playing, open, opens, opened, read, reads, visit, visits, ' +
  'visited, shown, impression, impressions, klick*, aufruf*, clic, clique*, просмотр*, клик*, 点击, 點擊, 浏览, 瀏覽, 查看, 閲覧, クリック, 클릭, 조회'
/** What was taken back in part still stands. */
const IN_PART =
  'partial*, partly, teilweise, teil*, partiel*, parcial*, parzial*, gedeeltelijk*, częściow*, kısmi, kısmen, частичн*, частково, 部分, 一部, 부분'
/** Beside one of these too, `report`, `block` and `return` are things: a report is downloaded, a visitor returns; who is `returning` bought again. */
const HANDLED =
  'download, downloads, downloaded, visitor, user, export, exports, share, shares, shared, print, prints, create, creates, created'
const THINGS = /^(block|report|return|flag|skip)s?$/

/** Languages that are written without spaces, or join words to one. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Thai}]/u
const NOT = '(?<! (?:not|no|non|nicht|kein|keine|nie|sin|sem|sans|niet|не|без) )(?<![未不非无無])'

/** The words of a name, as one types them without care. */
export const wordsOf = (name: string): string[] =>
  plain(name.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2'))
    .split(/[\s\p{P}\p{Sm}]+/u)
    .filter((word) => word !== '')

/** One pattern for all entries of a table; it is tried on words with a space around each. */
function patternOf(...tables: Record<string, string>[]): RegExp {
  const entries = tables.flatMap((table) => Object.values(table).flatMap((list) => list.split(', ')))
  const patterns = entries.map((entry) => {
    const words = wordsOf(entry.replaceAll('*', 'ӿ')).join(' ?').replaceAll('ӿ', '\\S*')
    return UNSPACED.test(entry) ? words : `(?<= )${words}(?= )`
  })
  return new RegExp(`${NOT}(?:${patterns.join('|')})`, 'gu')
}

const wholeOf = (table: Record<string, string>): RegExp => {
  const entries = Object.values(table).flatMap((list) => list.split(', '))
  const patterns = entries.map((entry) => wordsOf(entry.replaceAll('*', 'ӿ').replaceAll('?', 'ӿӿ')).join(' ?').replaceAll('ӿӿ', '?').replaceAll('ӿ', '\\S*')) // prettier-ignore
  return new RegExp(`^ (?:(?:wc|order|status|state|payment|checkout) )*(?:${patterns.join('|')})(?: (?:order|status|state))* $`, 'u') // prettier-ignore
}

const PATTERNS = {
  back: patternOf(TAKES_BACK),
  nothing: patternOf(CAME_TO_NOTHING),
  dislike: patternOf(DISLIKES),
  done: patternOf(DONE),
  used: patternOf({ USED, IN_PART }),
  handled: patternOf({ HANDLED }),
  none: wholeOf(NO_ORDER),
  maybe: wholeOf(MAY_BE_NONE),
}

/** What a name says. */
export interface Meaning {
  weight: number
  /** It takes back what was before. */
  back?: true
  /** A word that would say less, did it not stand as it does: beside a use, in part, or amid the name. */
  doubt?: string
  /** It may be the state of an order that comes to nothing, or of a good one. */
  maybe?: true
}

/**
 * Weight 1, or less where the name plainly says so: `remove_from_cart`, `RemoveFromCart` and `Cart: removed` 0, `thumbs-down` -1.
 * `beside`: the other names of the log, where what one means depends on them.
 */
export function meaningOf(name: string, beside: readonly string[] = []): Meaning {
  const text = ` ${wordsOf(name).join(' ')} `
  if (PATTERNS.none.test(text) || (CLOSED.test(text) && areMagento(beside))) return { weight: 0 }
  if (PATTERNS.maybe.test(text)) return { weight: 1, maybe: true }
  const [isUsed, isHandled] = [PATTERNS.used, PATTERNS.handled].map((pattern) => text.search(pattern) >= 0)
  let doubt: string | undefined
  const says = (pattern: RegExp, amid: boolean) =>
    Array.from(text.matchAll(pattern)).some(({ 0: found, index }) => {
      if (/[ai]ble$/.test(found)) return false // what may be, was not
      const isEdge = index === 1 || index + found.length === text.length - 1 || UNSPACED.test(found)
      if (!isUsed && !(isHandled && THINGS.test(found)) && (amid || isEdge)) return true
      doubt ??= found
      return false
    })
  if (says(PATTERNS.back, true)) return { weight: 0, back: true }
  if (says(PATTERNS.nothing, true)) return { weight: 0 }
  if (says(PATTERNS.dislike, false)) return { weight: -1 }
  return doubt === undefined ? { weight: 1 } : { weight: 1, doubt }
}

/** Two of the states tell, one of which only Magento has, or calls so. */
function areMagento(names: readonly string[]): boolean {
  const met = LIKE_MAGENTO.filter((state) => names.some((name) => name.toLowerCase() === state))
  return met.length > 1 && (met.includes('complete') || met.includes('holded'))
}

/** `Quantity (- Refund)`, `total_after_refunds`: what is left of all where that is taken off. */
const LESS = /\([-−–] ?\p{L}|(^|[ _])(less|minus|after|net[ _]of|excl\w*)[ _](the[ _])?(refund|return|cancel)/iu
export const saysWhatIsLeft = (column: string): boolean => LESS.test(column)

/** Whether a column of that name says of each row if something was done: `is_click`, `liked`. */
export const saysDone = (column: string): boolean => ` ${wordsOf(column).join(' ')} `.search(PATTERNS.done) >= 0

// -- what is taken back ----------------------------------------------------------------------------------------------------

/** What is traded is taken back piece by piece, and a mark is there or not. */
const TRADED = /^(return|refund|cancel|charge|void)/
/** They say nothing of what was done. */
const FILLERS =
  /^(from|the|off?|out|into?|for|and|item|items|product|products|event|user|aus|dem|der|von|vom|des|del|dal|из|от)$/

/** What an event that takes back is about. */
export interface TakenBack {
  /** The names that share a word with it: `add_to_cart` with `remove_from_cart`, `like` with `unlike`; none: any may be meant. */
  names: readonly string[]
  /** All that was before, or of each name the last. */
  all: boolean
}

/** A name with the stems of its words: they are cut once, however many names take back. */
export interface Stemmed {
  name: string
  stems: readonly string[]
}

export const stemmed = (name: string): Stemmed => ({ name, stems: stemsOf(wordsOf(name).join(' ')) })

/** What the name, which takes back, may take back of the events of these names. */
export function takenBackBy(name: string, others: readonly Stemmed[]): TakenBack {
  const text = ` ${wordsOf(name).join(' ')} `
  let isTraded = false
  const rest = text.replace(PATTERNS.back, (found) => {
    isTraded ||= TRADED.test(found)
    return /^un ?\w{3}/.test(found) ? found.replace(/^un ?/, '') : ' '
  })
  const about = stemsOf(rest).map((stem) => ({ stem, isAmid: UNSPACED.test(stem) }))
  const names = others.filter(({ stems }) =>
    about.some(({ stem, isAmid }) => stems.some((one) => (isAmid ? one.includes(stem) : one === stem))),
  )
  return { names: names.map(({ name }) => name), all: names.length > 0 && !isTraded }
}

const stemsOf = (text: string): string[] =>
  text
    .split(' ')
    .filter((word) => word.length > (UNSPACED.test(word) ? 1 : 2) && !FILLERS.test(word))
    .map((word) => word.replace(/(?<=...)(ed|es|s|e|d)$/, ''))
