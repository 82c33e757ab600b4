using Magma.Models.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Cli.Parity;

/// <summary>Greedy decoding over a cache, past any end token, as the golden folders were made.</summary>
internal static class GreedyParity
{
    /// <summary>Goes on from a prompt that is in the cache.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="cache">Holds the prompt.</param>
    /// <param name="hidden">The prompt's last hidden states (B, T, hidden); padding is at the left.</param>
    /// <param name="next">Position of the next token of every row.</param>
    /// <param name="steps">Tokens to make.</param>
    /// <returns>Tokens (B, steps), and the logits (B, vocabulary) that gave the last ones.</returns>
    public static (Tensor Tokens, Tensor LastLogits) Decode(Decoder decoder, DecoderCache cache, Tensor hidden, long[] next, int steps)
    {
        using DisposeScope scope = NewDisposeScope();
        var tokens = new List<Tensor>();
        Tensor last = hidden.narrow(1, hidden.shape[1] - 1, 1);
        while (true)
        {
            Tensor logits = decoder.Logits(last).squeeze(1);
            tokens.Add(logits.argmax(-1, keepdim: true));
            if (tokens.Count == steps) return (cat(tokens, 1).MoveToOuterDisposeScope(), logits.MoveToOuterDisposeScope());
            Tensor positions = tensor(next).unsqueeze(1);
            last = decoder.Run(decoder.Embed(tokens[^1]), positions, cache: cache).Hidden;
            next = [.. next.Select(position => position + 1)];
        }
    }
}
