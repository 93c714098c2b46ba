// Texts that are not UTF-8: the encoding that the error advises, which nobody's file says.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import { readItems } from '../../../build/web/read/index.js'
import { file } from '../helpers/files.mjs'

/** A catalogue in that encoding, made by iconv; null where there is none. */
function encoded(name, text) {
  try {
    return execFileSync('iconv', ['-f', 'UTF-8', '-t', name], { input: text, stdio: ['pipe', 'pipe', 'ignore'] })
  } catch {
    return null
  }
}

for (const [name, header, cells] of [
  ['CP932', 'item_id,商品名,カテゴリ', ['黒いセーター,レディース', '白いシャツ,メンズ', '青い帽子,アクセサリー']],
  ['CP932', '注文番号,注文日時,商品番号,金額', ['2024年3月20日,配送済み,送料', '2024年4月22日,返品,商品']],
  ['EUC-JP', 'item_id,商品名,カテゴリ', ['黒いセーター,レディース', '白いシャツ,メンズ', '青い帽子,アクセサリー']],
  ['CP949', '상품코드,상품명,분류', ['검은 스웨터,여성', '하얀 셔츠,남성', '파란 모자,잡화']],
  ['GB18030', '商品编号,商品名称,类别', ['黑色毛衣,女装', '白色衬衫,男装', '蓝色帽子,配饰']],
  ['BIG5', '商品編號,商品名稱,類別', ['黑色毛衣,女裝', '白色襯衫,男裝', '藍色帽子,配件']],
  [
    'WINDOWS-1251',
    'item_id,название,категория',
    ['Чёрный свитер,женское', 'Белая рубашка,мужское', 'Синяя шапка,прочее'],
  ],
  [
    'WINDOWS-1252',
    'item_id,título,categoría',
    ['Suéter negro,Niñas', 'Camisa básica,Código único', 'Köln Müller,Größe'],
  ],
])
  test(`a file in ${name} (${header}) is told what makes UTF-8 of it`, async (t) => {
    const bytes = encoded(name, `${header}\n${cells.map((cell, n) => `${n},${cell}`).join('\n')}\n`)
    if (bytes === null) return t.skip('no iconv')
    await assert.rejects(readItems([file(`legacy-${name}.csv`, bytes)]), ({ message }) => {
      assert.match(message, new RegExp(`iconv -f ${name} -t UTF-8 makes it`))
      assert.match(message, /they say "[^\ufffd]+"\)/)
      return true
    })
  })
