using System.Runtime.CompilerServices;
using Magma.Models.Checkpoints;
using Magma.Models.Networks;
using Magma.Models.Processing;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Generation;

/// <summary>
/// Answers prompts. Keeps the cache of the last single prompt, so that a prompt which begins like it (the next turn of a conversation)
/// is read from where they part. For one caller at a time. The owner disposes of it; the checkpoint stays the caller's.
/// </summary>
public sealed class Generator : IDisposable
{
    // A prompt goes through the layers in pieces: so stopping never waits long, and scores stay small.
    private const int PieceLength = 256;

    private readonly MagmaCheckpoint checkpoint;
    private readonly Decoder decoder;
    private readonly int[] endIds;
    private readonly int padId;
    private DecoderCache? kept;
    private List<SlotKey> keptSlots = [];

    /// <param name="checkpoint">Model and processor.</param>
    public Generator(MagmaCheckpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        this.checkpoint = checkpoint;
        decoder = checkpoint.Model.Text;
        int? eos = checkpoint.Tokenizer.EosToken is { } spelling ? checkpoint.Tokenizer.IdOf(spelling) : null;
        endIds = checkpoint.Defaults.EosIds.Count > 0 ? [.. checkpoint.Defaults.EosIds] : eos is { } id ? [id] : [];
        padId = checkpoint.Defaults.PadId ?? 0;
    }

    // What a slot holds: a text token, or a place in a picture.
    private readonly record struct SlotKey(int Token, ImageCrops? Image, int Place);

    /// <summary>Tokens of the last single prompt that were taken over from the one before.</summary>
    public int ReusedTokens { get; private set; }

    /// <summary>An answer, token by token as it is made.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="options">How to answer; null for greedy.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="InvalidDataException">The prompt leaves none of the model's positions for an answer.</exception>
    public async IAsyncEnumerable<GeneratedToken> StreamAsync(
        PromptInput prompt, GenerationOptions? options = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        AnswerBuilder answer = NewAnswer(prompt, options ??= new GenerationOptions(), row: 0);
        // The work is the processor's own: on another thread, so that the reader's thread stays free.
        float[] logits = await Task.Run(() => Begin(prompt, answer.MaxTokens, cancellation), cancellation).ConfigureAwait(false);
        while (true)
        {
            if (answer.Step(logits) is { } token) yield return token;
            if (answer.Reason is not null) yield break;
            logits = await Task.Run(() => Continue(answer.LastId, cancellation), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A whole answer.</summary>
    /// <inheritdoc cref="StreamAsync"/>
    public GeneratedText Generate(PromptInput prompt, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        AnswerBuilder answer = NewAnswer(prompt, options ??= new GenerationOptions(), row: 0);
        answer.Step(Begin(prompt, answer.MaxTokens, cancellation));
        while (answer.Reason is null) answer.Step(Continue(answer.LastId, cancellation));
        return answer.Build();
    }

    /// <summary>Answers to several prompts at once, each as it would be alone.</summary>
    /// <param name="prompts">At least one; shorter ones are padded at the left.</param>
    /// <param name="options">How to answer; null for greedy. Every row has random numbers of its own.</param>
    /// <param name="cancellation">Stops between layers.</param>
    /// <exception cref="ArgumentException">There is no prompt.</exception>
    /// <exception cref="InvalidDataException">A prompt leaves none of the model's positions for an answer.</exception>
    public IReadOnlyList<GeneratedText> GenerateBatch(IReadOnlyList<PromptInput> prompts, GenerationOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new GenerationOptions();
        if (prompts.Count == 0) throw new ArgumentException("There is no prompt to answer.", nameof(prompts));
        AnswerBuilder[] answers = [.. prompts.Select((prompt, row) => NewAnswer(prompt, options, row))];
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        MagmaInput input = MagmaProcessor.Collate(prompts, padId);
        (Tensor embeddings, MergePlan plan) = checkpoint.Model.Merge(input, cancellation);
        using DecoderCache cache = decoder.NewCache(prompts.Count, plan.Length + answers.Max(answer => answer.MaxTokens));
        Tensor logits = Prefill(embeddings, plan, cache, 0, cancellation);
        long[] next = [.. Enumerable.Range(0, plan.Rows).Select(row => Enumerable.Range(0, plan.Length).LongCount(slot => plan.Mask[row, slot]))];
        while (true)
        {
            float[] all = logits.data<float>().ToArray();
            int width = all.Length / answers.Length;
            for (int row = 0; row < answers.Length; row++)
            {
                if (answers[row].Reason is null) answers[row].Step(all.AsSpan(row * width, width));
            }

            if (Array.TrueForAll(answers, answer => answer.Reason is not null)) return [.. answers.Select(answer => answer.Build())];
            using DisposeScope step = NewDisposeScope();
            Tensor ids = tensor([.. answers.Select(answer => (long)answer.LastId)], device: decoder.Device).unsqueeze(1);
            Tensor positions = tensor(next, device: decoder.Device).unsqueeze(1);
            Tensor hidden = decoder.Run(decoder.Embed(ids), positions, cache: cache, cancellation: cancellation).Hidden;
            logits = LogitsOf(hidden).MoveToOuterDisposeScope();
            for (int row = 0; row < next.Length; row++) next[row]++;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => kept?.Dispose();

    private AnswerBuilder NewAnswer(PromptInput prompt, GenerationOptions options, int row)
    {
        options.Validate();
        // An answer ends where the model's positions do.
        options = options with { MaxNewTokens = Math.Min(options.MaxNewTokens, RoomBehind(prompt, row)) };
        return new AnswerBuilder(checkpoint.Tokenizer, options, endIds, new Sampler(options, prompt.Ids, row, endIds));
    }

    private int RoomBehind(PromptInput prompt, int row)
    {
        int most = decoder.Config.MaxPositions, length = prompt.Length;
        if (length < most) return most - length;
        string which = row == 0 ? "The prompt" : $"Prompt {row + 1} of the batch";
        throw new InvalidDataException(
            $"{which} has {length} tokens, {prompt.Images.Sum(image => image.TokenCount)} of them of pictures; the model takes fewer than {most}. "
            + "Give fewer or smaller pictures, fewer frames, or less text.");
    }

    private float[] Begin(PromptInput prompt, int newTokens, CancellationToken cancellation)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        List<SlotKey> slots = SlotsOf(prompt);
        int capacity = slots.Count + newTokens;
        // The last token must go through again, for its logits.
        int shared = Math.Min(SharedSlots(slots), slots.Count - 1);
        if (kept is null || kept.Capacity < capacity || !kept.CanRewind)
        {
            kept?.Dispose();
            kept = null;
            kept = decoder.NewCache(1, Math.Max(capacity, Math.Min(2 * slots.Count, decoder.Config.MaxPositions)));
            shared = 0;
        }

        kept.Rewind(shared);

        ReusedTokens = shared;
        keptSlots = slots[..shared];
        bool needsPictures = slots.Skip(shared).Any(slot => slot.Image is not null);
        MagmaInput input = MagmaProcessor.Collate([prompt], padId);
        (Tensor embeddings, MergePlan plan) = needsPictures || prompt.Images.Count == 0
            ? checkpoint.Model.Merge(input, cancellation)
            : checkpoint.Model.MergeText(input, [.. prompt.Images.Select(image => image.TokenCount)]);
        Tensor logits = Prefill(embeddings, plan, kept, shared, cancellation);
        keptSlots = slots;
        return logits.data<float>().ToArray();
    }

    private float[] Continue(int id, CancellationToken cancellation)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        Tensor ids = tensor([(long)id], device: decoder.Device).reshape(1, 1), positions = tensor([(long)kept!.Length], device: decoder.Device).reshape(1, 1);
        Tensor hidden = decoder.Run(decoder.Embed(ids), positions, cache: kept, cancellation: cancellation).Hidden;
        keptSlots.Add(new SlotKey(id, null, 0));
        return LogitsOf(hidden).data<float>().ToArray();
    }

    private Tensor Prefill(Tensor embeddings, MergePlan plan, DecoderCache cache, int first, CancellationToken cancellation)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor positions = tensor([.. plan.Positions.Cast<long>()], device: decoder.Device).reshape(plan.Rows, plan.Length);
        // LongRoPE chooses its factors by the length of the whole prompt.
        int piece = decoder.Config.RopeScaling == RopeScaling.LongRope ? plan.Length : PieceLength;
        Tensor? last = null;
        for (int start = first; start < plan.Length; start += piece)
        {
            using DisposeScope inner = NewDisposeScope();
            int count = Math.Min(piece, plan.Length - start);
            var mask = new bool[plan.Rows, count];
            for (int row = 0; row < plan.Rows; row++)
            {
                for (int slot = 0; slot < count; slot++) mask[row, slot] = plan.Mask[row, start + slot];
            }

            DecoderOutput output = decoder.Run(embeddings.narrow(1, start, count), positions.narrow(1, start, count), mask, cache, cancellation: cancellation);
            last = output.Hidden.narrow(1, count - 1, 1).MoveToOuterDisposeScope();
        }

        return LogitsOf(last!).MoveToOuterDisposeScope();
    }

    private Tensor LogitsOf(Tensor hidden)
    {
        using DisposeScope scope = NewDisposeScope();
        return decoder.Logits(hidden).to(ScalarType.Float32).squeeze(1).cpu().MoveToOuterDisposeScope();
    }

    private List<SlotKey> SlotsOf(PromptInput prompt)
    {
        var slots = new List<SlotKey>();
        int image = 0;
        foreach (int id in prompt.Ids)
        {
            if (id != checkpoint.Model.Config.ImageTokenId || image >= prompt.Images.Count)
            {
                slots.Add(new SlotKey(id, null, 0));
                continue;
            }

            ImageCrops crops = prompt.Images[image++];
            for (int place = 0; place < crops.TokenCount; place++) slots.Add(new SlotKey(id, crops, place));
        }

        return slots;
    }

    private int SharedSlots(List<SlotKey> slots)
    {
        int shared = 0;
        while (shared < slots.Count && shared < keptSlots.Count && Same(slots[shared], keptSlots[shared])) shared++;
        return kept is null ? 0 : Math.Min(shared, kept.Length);
    }

    private static bool Same(SlotKey one, SlotKey other) =>
        one.Token == other.Token && one.Place == other.Place
        && (ReferenceEquals(one.Image, other.Image) || (one.Image is not null && other.Image is not null && one.Place > 0)
            || (one.Image is not null && other.Image is not null && one.Image.Grid == other.Image.Grid && one.Image.Pixels.AsSpan().SequenceEqual(other.Image.Pixels)));
}
