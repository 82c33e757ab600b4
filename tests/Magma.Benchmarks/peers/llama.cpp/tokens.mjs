// As bench.mjs, but every decoded token's logits are computed and a token is chosen from them, as when text is generated. bench.mjs asks for no logits, and
// llama.cpp then leaves out the model's head: a fifth of the bytes of a small model.
//   node tokens.mjs model.gguf [--prompt 512] [--decode 64] [--threads 2] [--runs 3]      prints one JSON line
import {getLlama} from "node-llama-cpp";

const args = process.argv.slice(2), path = args[0];
const option = (name, fallback) => { const i = args.indexOf("--" + name); return i < 0 ? fallback : Number(args[i + 1]); };
const prompt = option("prompt", 512), decode = option("decode", 64), threads = option("threads", 2), runs = option("runs", 3);
const llama = await getLlama({gpu: false, build: "never", logLevel: "error", maxThreads: threads, numa: false});
const model = await llama.loadModel({modelPath: path, gpuLayers: 0, useMmap: true});
const context = await model.createContext({contextSize: prompt + decode + 8, batchSize: 512, threads, flashAttention: false});
const sequence = context.getSequence();
const greedy = {generateNext: {token: true, options: {temperature: 0}}};
const decodeRates = [];
for (let run = 0; run < runs; run++) {
    await sequence.clearHistory();
    await sequence.evaluateWithoutGeneratingNewTokens(Array.from({length: prompt}, (_, i) => (i * 7919 + 13) % 1000 + 10));
    const t = performance.now();
    for (let k = 0; k < decode; k++) await sequence.controlledEvaluate([[(k * 31) % 1000 + 10, greedy]]);
    decodeRates.push(decode / (performance.now() - t) * 1000);
}
console.log(JSON.stringify({peer: "llama.cpp", threads, prompt, decode, decode_tokens_per_s: decodeRates}));
process.exit(0);
