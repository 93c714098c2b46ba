// Titles as people write them, in any script, and words as people type them: each finds its title, and the right one first.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { Recommender } from '../../../dist/node.js'
import { lookUp } from '../../../build/web/recommender/words.js'
import { spellings, titleLength } from '../../../build/web/build/spellings.js'
import { built, builtShop, cliJson, csv, file, path, realData, shop } from '../helpers/shop.mjs'

const words = (text) => lookUp(text).words
const quoted = (title) => `"${title.replaceAll('"', '""')}"`

async function shelf(...titles) {
  const items = file('titles.csv', csv(titles.map((title, i) => ({ item_id: `i${i}`, title: quoted(title) }))))
  return Recommender.open((await built({ items }, { sources: { content: false } })).bytes)
}
const titlesOf = (answer) => answer.items.map((item) => item.attributes.title)

/** Each pair: what is typed, and the title that comes first; none: nothing may be found, and the trace names the word. */
function finds(name, titles, pairs) {
  test(name, async () => {
    const rec = await shelf(...titles)
    for (const [typed, title] of pairs) {
      const answer = rec.search(typed)
      if (title === undefined) {
        assert.deepEqual([titlesOf(answer), answer.trace.unmatched.length], [[], words(typed).length], typed)
      } else assert.equal(titlesOf(answer)[0], title, typed)
    }
  })
}

// -- words end where the script does --------------------------------------------------------------------------------------

finds(
  'Korean beside Latin letters and digits',
  ['갤럭시S21', 'LG그램', '삼성TV', 'BTS방탄소년단', '아이폰15프로'],
  [
    ['s21', '갤럭시S21'],
    ['그램', 'LG그램'],
    ['tv', '삼성TV'],
    ['방탄', 'BTS방탄소년단'],
    ['15', '아이폰15프로'],
    ['LG 그램', 'LG그램'],
    ['아이폰 15', '아이폰15프로'],
    ['아이폰15 ', '아이폰15프로'],
    ['소년단', 'BTS방탄소년단'],
    ['bts ', 'BTS방탄소년단'],
    ['바', 'BTS방탄소년단'], // typed as far as a syllable goes
    ['방타', 'BTS방탄소년단'],
  ],
)

finds(
  'other scripts beside each other',
  ['سامسونگGalaxy', 'Яндекс2Go', 'β版App', 'МТС5G', 'หนังHD', '小米Mi11', 'ΑBC'],
  [
    ['galaxy', 'سامسونگGalaxy'],
    ['سامسونگ', 'سامسونگGalaxy'],
    ['go', 'Яндекс2Go'],
    ['яндекс', 'Яндекс2Go'],
    ['app', 'β版App'],
    ['版', 'β版App'],
    ['мтс', 'МТС5G'],
    ['hd', 'หนังHD'],
    ['mi11', '小米Mi11'],
    ['小米 ', '小米Mi11'],
    ['bc', 'ΑBC'],
  ],
)

finds(
  'the long vowel mark stays with kana',
  ['スターMario', 'ミスターBean', 'ターミネーター2', 'メーカー2024年', 'サーバーAWS入門', '東京Tower', 'ｶﾞﾝﾀﾞﾑｰZ'],
  [
    ['mario', 'スターMario'],
    ['bean', 'ミスターBean'],
    ['ターミネーター 2', 'ターミネーター2'],
    ['2024', 'メーカー2024年'],
    ['aws', 'サーバーAWS入門'],
    ['tower', '東京Tower'],
    ['メーカー', 'メーカー2024年'],
    ['入門', 'サーバーAWS入門'],
    ['ガンダムー', 'ｶﾞﾝﾀﾞﾑｰZ'], // half as wide, and in parts
    ['がんだむ', 'ｶﾞﾝﾀﾞﾑｰZ'], // before it is turned into katakana
    ['z', 'ｶﾞﾝﾀﾞﾑｰZ'],
    ['カンタム'],
  ],
)

// -- letters --------------------------------------------------------------------------------------------------------------

finds(
  'letters that do not decompose',
  [
    'Straße',
    'Łódź',
    'Smørrebrød',
    'Đà Nẵng',
    'Kış Uykusu',
    'Œuvre complète',
    'Ægir',
    'Þór',
    'Fußball',
    'Ħamrun',
    'Ɓala ŋ',
  ],
  [
    ['strasse', 'Straße'],
    ['STRASSE', 'Straße'],
    ['STRAẞE', 'Straße'],
    ['lodz', 'Łódź'],
    ['smorrebrod', 'Smørrebrød'],
    ['da nang', 'Đà Nẵng'],
    ['kis', 'Kış Uykusu'],
    ['KIŞ', 'Kış Uykusu'],
    ['oeuvre', 'Œuvre complète'],
    ['aegir', 'Ægir'],
    ['thor', 'Þór'],
    ['fussball', 'Fußball'],
    ['hamrun', 'Ħamrun'],
    ['bala n', 'Ɓala ŋ'],
  ],
)

finds(
  'capitals whose small letters are special',
  ['İstanbul Hatırası', 'ΟΔΥΣΣΕΥΣ', 'Οδός', 'ǅungla', 'ＷＩＤＥ　Ⅳ', 'ﬁlm ﬂou', 'ქართული'],
  [
    ['istanbul', 'İstanbul Hatırası'],
    ['ISTANBUL HATIRASI', 'İstanbul Hatırası'],
    ['οδυσσευς', 'ΟΔΥΣΣΕΥΣ'],
    ['ΟΔΟΣ', 'Οδός'],
    ['dzungla', 'ǅungla'],
    ['wide iv', 'ＷＩＤＥ　Ⅳ'],
    ['film flou', 'ﬁlm ﬂou'],
    ['ᲥᲐᲠᲗᲣᲚᲘ', 'ქართული'],
  ],
)

finds(
  'marks that nobody types',
  ['مُحَمَّد', 'الكِتَاب', 'كتـــاب', 'שָׁלוֹם', 'أحمد', 'Пёс', 'بغداد ٢٠٢٤', 'ܫܠܳܡܳܐ', 'می‌خواهم'],
  [
    ['محمد', 'مُحَمَّد'],
    ['الكتاب', 'الكِتَاب'],
    ['كتاب', 'كتـــاب'],
    ['שלום', 'שָׁלוֹם'],
    ['احمد', 'أحمد'],
    ['пес', 'Пёс'],
    ['2024', 'بغداد ٢٠٢٤'],
    ['۲۰۲۴', 'بغداد ٢٠٢٤'],
    ['ܫܠܡܐ', 'ܫܠܳܡܳܐ'],
    ['میخواهم', 'می‌خواهم'],
    ['مي خواهم', 'می‌خواهم'],
  ],
)

test('vowel signs that people type stay: of two words that differ in one each finds its own', async () => {
  const titles = ['कल', 'काल', 'கல்', 'கால்', 'কাল', 'কালি', 'ไก', 'ไก่']
  const rec = await shelf(...titles)
  for (const title of titles) assert.equal(titlesOf(rec.search(title))[0], title)
  assert.deepEqual(titlesOf(rec.search('कल ')), ['कल'])
})

// -- scripts without spaces ------------------------------------------------------------------------------------------------

finds(
  'the order of Han characters',
  ['上海滩', '海上钢琴师', '大学人生', '学大问', '蜜蜂总动员', '蜂蜜与四叶草', '本日', '日本沈没'],
  [
    ['海上', '海上钢琴师'],
    ['大学', '大学人生'],
    ['蜂蜜', '蜂蜜与四叶草'],
    ['上海', '上海滩'],
    ['蜜蜂', '蜜蜂总动员'],
    ['日本', '日本沈没'],
    ['钢琴师', '海上钢琴师'],
    ['滩', '上海滩'],
    ['与', '蜂蜜与四叶草'],
    ['琴海'],
  ],
)

finds(
  'Thai, Lao, Khmer, Burmese',
  ['หนังไทยสนุก', 'ພາສາລາວ', 'ភាសាខ្មែរ', 'မြန်မာဘာသာ'],
  [
    ['สนุก', 'หนังไทยสนุก'],
    ['ไทย', 'หนังไทยสนุก'],
    ['สน', 'หนังไทยสนุก'], // a vowel sign is still to come
    ['ລາວ', 'ພາສາລາວ'],
    ['ខ្មែរ', 'ភាសាខ្មែរ'],
    ['ဘာသာ', 'မြန်မာဘာသာ'],
    ['ຫນັງ'],
  ],
)

// -- slips ----------------------------------------------------------------------------------------------------------------

finds(
  'numbers are no slips',
  ['1983', '2012', 'Blade Runner 2049', 'Model S1234', 'Windows 2000', 'iPhone 15'],
  [
    ['1985'],
    ['2010'],
    ['2048'],
    ['S1236'],
    ['2001'],
    ['iphone14'],
    ['٢٠٤٨'],
    ['2049', 'Blade Runner 2049'],
    ['S1234', 'Model S1234'],
    ['s 1234', 'Model S1234'],
    ['iphone15', 'iPhone 15'],
    ['blade runer', 'Blade Runner 2049'],
  ],
)

finds(
  'slips are of letters, four or more, the first of them right',
  ['Ад', 'Мы', 'Кот в сапогах', 'Год', '사람', '곰 이야기', 'Cat', 'It', 'Δέντρο', 'ماجراجو'],
  [
    ['ас'],
    ['код'],
    ['cot'],
    ['is'],
    ['공'],
    ['사랑'],
    ['вапогах'],
    ['сапагах', 'Кот в сапогах'],
    ['сапгах', 'Кот в сапогах'],
    ['δεντρα', 'Δέντρο'],
    ['ماجراچو', 'ماجراجو'],
  ],
)

// -- as one types -----------------------------------------------------------------------------------------------------------

finds(
  'hyphens, apostrophes, points and signs',
  [
    "L'Amour fou",
    'Don’t Look Up',
    'Spider-Man',
    "Schindler's List",
    'WALL·E',
    'S.H.I.E.L.D.',
    'AT&T',
    "O'Brien",
    'Lego™Star',
    'Hawaiʻi',
    'Col·lecció',
  ],
  [
    ['amour', "L'Amour fou"],
    ["l'amour", "L'Amour fou"],
    ['lamour', "L'Amour fou"],
    ["don't", 'Don’t Look Up'],
    ['dont look', 'Don’t Look Up'],
    ['spiderman', 'Spider-Man'],
    ['spiderm', 'Spider-Man'],
    ['spider man', 'Spider-Man'],
    ['schindlers list', "Schindler's List"],
    ['schindler list', "Schindler's List"],
    ['walle', 'WALL·E'],
    ['wall-e', 'WALL·E'],
    ['shield', 'S.H.I.E.L.D.'],
    ['s.h.i.e', 'S.H.I.E.L.D.'],
    ['att', 'AT&T'],
    ['obrien', "O'Brien"],
    ['lego', 'Lego™Star'],
    ['hawaii', 'Hawaiʻi'],
    ['colleccio', 'Col·lecció'],
  ],
)

finds(
  'signs within a word, and initials however they are parted',
  [
    'M*A*S*H',
    'S.W.A.T.',
    'R.E.M. Live',
    'AC/DC',
    'Ke$ha',
    'P!nk',
    'A$AP Rocky',
    'Face/Off',
    'Node.js',
    'OBrien',
    'a_b',
    'ACDC Tribute',
    'MASH Potatoes',
  ],
  [
    ['mash', 'M*A*S*H'],
    ['M*A*S*H', 'M*A*S*H'],
    ['m.a.s.h.', 'M*A*S*H'],
    ['M*A*S', 'M*A*S*H'],
    ['m*a*s*h potatoes', 'MASH Potatoes'],
    ['swat', 'S.W.A.T.'],
    ['S.W.A.T.', 'S.W.A.T.'],
    ['rem', 'R.E.M. Live'],
    ['ac dc', 'AC/DC'],
    ['AC/DC', 'AC/DC'],
    ['acdc t', 'ACDC Tribute'],
    ['kesha', 'Ke$ha'],
    ['Ke$ha', 'Ke$ha'],
    ['pink', 'P!nk'],
    ['asap', 'A$AP Rocky'],
    ['faceoff', 'Face/Off'],
    ['nodejs', 'Node.js'],
    ["o'brien", 'OBrien'],
    ['ab ', 'a_b'],
    ['20/20'],
  ],
)

finds(
  'names of letters and signs',
  ['C', 'C++', 'C#', 'F# in Action', 'Net', 'Canal+', 'Galaxy S21+', 'Galaxy S21', 'Notepad++', 'Ages 5+'],
  [
    ['c', 'C'],
    ['C++', 'C++'],
    ['c# ', 'C#'],
    ['f#', 'F# in Action'],
    ['f', 'F# in Action'],
    ['canal', 'Canal+'],
    ['canal+', 'Canal+'],
    ['s21+', 'Galaxy S21+'],
    ['notepad', 'Notepad++'],
    ['ages 5', 'Ages 5+'],
  ],
)

test('what is written as one is found beside what is written apart', async () => {
  const rec = await shelf('AC/DC', 'ACDC Tribute', 'A.C.D.C.')
  for (const typed of ['acdc', 'acdc ', 'ACDC']) assert.equal(rec.search(typed).items.length, 3, typed)
})

finds(
  'articles that Hebrew and Arabic write with the word',
  [
    'המטריצה',
    'סיפור על אהבה וחושך',
    'הבית בירושלים',
    'שלום',
    'الكتاب الأول',
    'ألف ليلة وليلة',
    'والولد للمدرسة',
    'الله',
    'هاري بوتر',
  ],
  [
    ['מטריצה', 'המטריצה'],
    ['מטרי', 'המטריצה'],
    ['המטריצה', 'המטריצה'],
    ['חושך', 'סיפור על אהבה וחושך'],
    ['בית', 'הבית בירושלים'],
    ['ירושלים', 'הבית בירושלים'],
    ['שלום', 'שלום'],
    ['كتاب', 'الكتاب الأول'],
    ['اول', 'الكتاب الأول'],
    ['الأول', 'الكتاب الأول'],
    ['ولد', 'والولد للمدرسة'],
    ['مدرسة', 'والولد للمدرسة'],
    ['الله', 'الله'],
    ['بوتر', 'هاري بوتر'],
    ['טריצה'],
  ],
)

finds(
  'versions, decimals, thousands',
  ['Web 2.0', 'Python v3.12.1', '20,000 Leagues', 'Kabel 1,5 m', 'Type 3.5mm'],
  [
    ['2.0', 'Web 2.0'],
    ['web 2', 'Web 2.0'],
    ['v3.12', 'Python v3.12.1'],
    ['3.12.1', 'Python v3.12.1'],
    ['20000', '20,000 Leagues'],
    ['1,5', 'Kabel 1,5 m'],
    ['3.5mm', 'Type 3.5mm'],
    ['3.5', 'Type 3.5mm'],
  ],
)

test('words are the same however they are composed', () => {
  for (const title of ['Amélie Łódź', 'ガンダム', '방탄소년단', 'Nẵng', 'हिन्दी', 'שָׁלוֹם', 'ภาษาไทย']) {
    assert.deepEqual(words(title.normalize('NFD')), words(title.normalize('NFC')), title)
    assert.deepEqual(words(title.toUpperCase()), words(title), title)
  }
  assert.deepEqual(words("Amélie's ＷＡＬＬ·E ﬁlm ÅNGSTRÖM"), ['amelie', 'wall', 'e', 'film', 'angstrom'])
  assert.deepEqual(words('海上钢琴师 U.S.A. v2.1'), ['海上', '上钢', '钢琴', '琴师', 'usa', 'v2.1'])
  assert.deepEqual(words(' —!… '), [])
})

test('an index knows how else a text is typed, and where in the title', () => {
  const of = (text) => spellings(text).map(({ word, place, besides }) => `${word}${besides ? '~' : ''} ${place}`)
  assert.deepEqual(of('The Spider-Man'), ['the 0', 'spider 1', 'man 2', 'spiderman~ 1'])
  assert.deepEqual(of("Schindler's iPhone15"), ['schindler 0', 'schindlers~ 0', 'iphone15 1', 'iphone~ 1', '15~ 1'])
  assert.deepEqual(of('上海滩'), ['上海 0', '海滩 1', '滩~ 1'])
  assert.deepEqual(of('M*A*S*H in AC/DC'), ['mash 0', 'in 1', 'ac 2', 'dc 3', 'acdc~ 2'])
  assert.deepEqual(of('Ke$ha 9/11'), ['ke 0', 'ha 1', 'kesha~ 0', '9 2', '11 3'], 'numbers make no number')
  assert.deepEqual(of('הבית'), ['הבית 0', 'בית~ 0'])
  assert.deepEqual(of('star wars star'), ['star 0', 'wars 1', 'star 0'])
  for (const [title, length] of [
    ['Seven (a.k.a. Se7en) (1995)', 1],
    ['Matrix, The (1999)', 2],
    ['(500) Days', 2],
    ['(2012)', 1],
    ['上海滩', 2],
    ['', 0],
  ])
    // prettier-ignore
    assert.equal(titleLength(title), length, title)
})

// -- twelve scripts and more ------------------------------------------------------------------------------------------------

/** Titles of films and books, some words of which stand together in their script. */
const SCRIPTS = {
  Latin: [
    'Das Boot',
    'Il buono, il brutto, il cattivo',
    'Amélie',
    'Pan’s Labyrinth',
    'Sønner av Norge',
    'Žítkovské bohyně',
    'Đất rừng phương Nam',
  ],
  Cyrillic: ['Война и мир', 'Преступление и наказание', 'Ирония судьбы, или С лёгким паром!', 'Тіні забутих предків'],
  Greek: ['Ποτέ την Κυριακή', 'Αλέξης Ζορμπάς', 'Ο Θίασος'],
  Hebrew: ['סיפור על אהבה וחושך', 'ואלס עם באשיר', 'הָעֲלִיָּה לָרֶגֶל'],
  Arabic: ['ألف ليلة وليلة', 'موسم الهجرة إلى الشمال', 'کلیدر', 'جدایی نادر از سیمین', 'آگ کا دریا'],
  Devanagari: ['तीसरी मंज़िल', 'दिलवाले दुल्हनिया ले जायेंगे', 'गोदान'],
  Bengali: ['পথের পাঁচালী', 'চোখের বালি', 'গীতাঞ্জলি'],
  Tamil: ['பொன்னியின் செல்வன்', 'நாயகன்', 'அன்பே சிவம்'],
  Telugu: ['మాయాబజార్', 'శంకరాభరణం', 'బాహుబలి ది బిగినింగ్'],
  Thai: ['สี่แผ่นดิน', 'ลุงบุญมีระลึกชาติ', 'องค์บาก', 'แม่นาค พระโขนง'],
  Georgian: ['ვეფხისტყაოსანი', 'მონანიება', 'არაჩვეულებრივი გამოფენა'],
  Armenian: ['Նռան գույնը', 'Մենք ենք, մեր սարերը'],
  Amharic: ['ፍቅር እስከ መቃብር', 'ጤዛ'],
  Korean: ['기생충', '올드보이', '살인의 추억', '봄 여름 가을 겨울 그리고 봄', '부산행'],
  Japanese: ['七人の侍', '千と千尋の神隠し', 'となりのトトロ', 'ドライブ・マイ・カー', '君の名は。', 'ノルウェイの森'],
  Chinese: ['霸王别姬', '花樣年華', '臥虎藏龍', '红楼梦', '三体 黑暗森林'],
  Lao: ['ສະບາຍດີຫຼວງພະບາງ', 'ນ້ອງຮັກ'],
  Khmer: ['ទុំទាវ', 'ព្រះអាទិត្យថ្មីរះលើផែនដីចាស់'],
  Burmese: ['ဆရာတော်', 'မုန်းမှာတမ်း'],
  Sinhala: ['රේඛාව', 'ගම්පෙරළිය'],
}
/** Words that stand within a run without spaces. */
const WITHIN = {
  สี่แผ่นดิน: ['สี่', 'แผ่นดิน'],
  ลุงบุญมีระลึกชาติ: ['ลุง', 'บุญมี', 'ระลึก', 'ชาติ'],
  七人の侍: ['七人', '侍'],
  千と千尋の神隠し: ['千尋', '神隠し', '神'],
  となりのトトロ: ['となり', 'トトロ', 'ととろ'],
  ノルウェイの森: ['ノルウェイ', '森'],
  霸王别姬: ['霸王', '姬'],
  臥虎藏龍: ['臥虎', '藏龍'],
  '三体 黑暗森林': ['黑暗', '森林'],
  올드보이: ['올드', '보이'],
  ສະບາຍດີຫຼວງພະບາງ: ['ສະບາຍດີ', 'ຫຼວງພະບາງ'],
}

test(`titles in ${Object.keys(SCRIPTS).length} scripts: each word of a title finds it, and the whole title finds it first`, async () => {
  const titles = Object.values(SCRIPTS).flat()
  const rec = await shelf(...titles)
  for (const title of titles) {
    for (const word of [...title.split(/[\s,!。・]+/), ...(WITHIN[title] ?? [])].filter((word) => word !== ''))
      for (const typed of [word, `${word} `, word.toUpperCase(), word.normalize('NFD')]) {
        const { items, trace } = rec.search(typed, { k: 100 })
        assert.deepEqual(trace.unmatched, [], `${typed} in ${title}`)
        assert.ok(items.some((item) => item.attributes.title === title), `${typed} finds ${title}`) // prettier-ignore
      }
    const [first] = rec.search(title).items
    assert.equal(first.attributes.title, title)
    assert.ok(first.score >= 7, `${title} is the title`)
  }
})

// -- which comes first --------------------------------------------------------------------------------------------------------

const films = realData('movielens-small/movies.csv')
const ratings = realData('movielens-small/ratings.csv')

test('movielens-small: the film that people mean comes first', { skip: films.skip }, async () => {
  const config = {
    sources: { als: false, i2i: false, next: false, content: false, trending: false, attributes: false },
  }
  const rec = await Recommender.open((await built({ items: films.real, interactions: ratings.real }, config)).bytes)
  const top = (typed, k) => titlesOf(rec.search(typed, { k }))
  assert.ok(top('star wars', 3).includes('Star Wars: Episode IV - A New Hope (1977)'))
  for (const [typed, title] of [
    ['matrix', 'Matrix, The (1999)'],
    ['the matrix', 'Matrix, The (1999)'],
    ['toy story', 'Toy Story (1995)'],
    ['the godfather', 'Godfather, The (1972)'],
    ['godfat', 'Godfather, The (1972)'],
    ['alien', 'Alien (1979)'],
    ['seven', 'Seven (a.k.a. Se7en) (1995)'],
    ['up', 'Up (2009)'],
    ['lion king', 'Lion King, The (1994)'],
    ['starwars', 'Star Wars: Episode IV - A New Hope (1977)'],
    ['et', 'E.T. the Extra-Terrestrial (1982)'],
    ['forest gump', 'Forrest Gump (1994)'],
  ])
    assert.equal(top(typed, 1)[0], title, typed)
})

/** Two kinds of people, and titles that say of neither what it is. */
async function twoKinds() {
  const items = []
  const log = []
  for (let i = 0; i < 40; i++) items.push({ item_id: `p${i}`, title: `blue story ${'abcdefghij'[i % 10]}${i}x`, kind: i % 2 === 0 ? 'even' : 'odd' }) // prettier-ignore
  for (let user = 0; user < 60; user++)
    for (let e = 0; e < 8; e++) log.push(`u${user},p${(2 * ((user * 7 + e * 3) % 20) + (user % 2)) % 40}\n`)
  return built(
    { items: file('kinds.csv', csv(items)), interactions: file('log.csv', `user_id,item_id\n${log.join('')}`) },
    { tune: false },
  )
}

test('with a history, what the person likes comes up among what is found alike; without one all are answered the same', async () => {
  const { bytes } = await twoKinds()
  const rec = await Recommender.open(bytes)
  const ids = (options) => rec.search('blue story', { k: 40, ...options }).items.map((item) => item.id)
  const even = (list) => list.slice(0, 12).filter((id) => Number(id.slice(1)) % 2 === 0).length
  const history = ['p0', 'p2', 'p4']
  assert.ok(even(ids({ history })) >= 10, `even items first: ${ids({ history })}`)
  assert.ok(even(ids({ history: ['p1', 'p3', 'p5'] })) <= 2)
  assert.deepEqual(ids({ profile: { history } }), ids({ history }))
  const before = rec.search('blue story', { k: 40 }).items
  rec.recommend({ history })
  assert.deepEqual(rec.search('blue story', { k: 40 }).items, before)
  assert.deepEqual(rec.search('blue story', { k: 40, history: [] }).items, before)

  const { items, trace } = rec.search('blue story', { k: 40, history: [...history, 'nobody'], explain: true })
  assert.deepEqual([trace.history, trace.unknown, items.length], [3, 1, 40], 'what the person has met is found too')
  assert.ok(items[0].explain.history.score > 0 && items[0].explain.history.rank === 0)
  assert.ok(!items[0].sources.includes('history'))

  assert.deepEqual(ids({ history, filter: { kind: 'odd' } }).filter((id) => Number(id.slice(1)) % 2 === 0), []) // prettier-ignore
  assert.ok(!ids({ history, exclude: ['p0'] }).includes('p0'))
  assert.deepEqual(ids({ history, allow: ['p0', 'p1'] }), ['p0', 'p1'])
  assert.equal(rec.search('a0x', { history: ['p1', 'p3'] }).items[0].id, 'p0', 'the words come first')

  writeFileSync(path('kinds.martello'), bytes)
  const answer = await cliJson('search', path('kinds.martello'), 'blue story', '--k', 40, '--history', 'p0,p2', '--history-id', 'p4') // prettier-ignore
  assert.deepEqual(answer.items.map((item) => item.id), ids({ history })) // prettier-ignore
})

test('a history moves nothing before the title that was typed', async () => {
  const { goods, events } = shop()
  const rec = await Recommender.open((await builtShop({ goods, events })).bytes)
  const everybody = ['p36', 'p35', 'p34', 'p31', 'p30', 'p103'].map((id) => [id, 'p33', id])
  for (const history of [[], ...everybody])
    for (const [typed, id] of [
      ['thing 3', 'p3'], // "Thing number 3", not "Thing number 36"
      ['number 3', 'p3'],
      ['3', 'p3'],
      ['thing number 10', 'p10'],
      ['number 11', 'p11'],
    ])
      assert.equal(rec.search(typed, { history }).items[0].id, id, `${typed} after ${history}`)
})
