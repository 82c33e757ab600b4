// Reads pictures with @gutenye/ocr-node: a path a line comes in, a JSON object a line goes out.
import readline from 'node:readline'
import Ocr from '@gutenye/ocr-node'

const ocr = await Ocr.create()
for await (const path of readline.createInterface({ input: process.stdin })) {
  const start = performance.now()
  const lines = await ocr.detect(path)
  console.log(JSON.stringify({ milliseconds: performance.now() - start, lines: lines.map(({ text, box }) => ({ text, box })) }))
}
