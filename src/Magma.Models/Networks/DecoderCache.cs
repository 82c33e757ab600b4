using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>What one layer remembers of the tokens before: keys and values, or whatever its kind needs.</summary>
public abstract class LayerState : IDisposable
{
    /// <summary>Whether the state can go back to an earlier token.</summary>
    public abstract bool CanRewind { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the tensors.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>Keys and values of all tokens, allocated once: (B, key and value heads, capacity, D).</summary>
public sealed class KeyValueState : LayerState
{
    internal KeyValueState(long batch, long heads, long capacity, long dimension, ScalarType dtype, Device device)
    {
        Keys = empty([batch, heads, capacity, dimension], dtype, device).DetachFromDisposeScope();
        Values = empty([batch, heads, capacity, dimension], dtype, device).DetachFromDisposeScope();
    }

    /// <summary>The keys; slots beyond the cache's length hold anything.</summary>
    public Tensor Keys { get; }

    /// <summary>The values.</summary>
    public Tensor Values { get; }

    /// <inheritdoc/>
    public override bool CanRewind => true;

    /// <summary>Writes new tokens behind <paramref name="past"/> and gives all up to them, as views.</summary>
    internal (Tensor Keys, Tensor Values) Append(int past, Tensor keys, Tensor values)
    {
        long count = keys.shape[2];
        using (Tensor slot = Keys.narrow(2, past, count)) slot.copy_(keys).Dispose();
        using (Tensor slot = Values.narrow(2, past, count)) slot.copy_(values).Dispose();
        return (Keys.narrow(2, 0, past + count), Values.narrow(2, 0, past + count));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Keys.Dispose();
        Values.Dispose();
    }
}

/// <summary>
/// What went into the layers, for decoders whose rotary frequencies change with the length (LongRoPE): every layer saw the tokens before
/// in the light of the other frequencies, so all of them go through again.
/// </summary>
internal sealed class TokenHistory(long batch, long capacity, long hidden, ScalarType dtype, Device device) : IDisposable
{
    private readonly Tensor embeddings = empty([batch, capacity, hidden], dtype, device).DetachFromDisposeScope();
    private readonly Tensor positions = empty([batch, capacity], ScalarType.Int64, device).DetachFromDisposeScope();

    /// <summary>Whether the layers saw the tokens with the frequencies for long sequences.</summary>
    public bool IsLong { get; set; }

    /// <summary>Writes new tokens behind <paramref name="past"/> and gives all up to them, as views.</summary>
    public (Tensor Embeddings, Tensor Positions) Append(int past, Tensor newEmbeddings, Tensor newPositions)
    {
        long count = newEmbeddings.shape[1];
        using (Tensor slot = embeddings.narrow(1, past, count)) slot.copy_(newEmbeddings).Dispose();
        using (Tensor slot = positions.narrow(1, past, count)) slot.copy_(newPositions).Dispose();
        return (embeddings.narrow(1, 0, past + count), positions.narrow(1, 0, past + count));
    }

    public void Dispose()
    {
        embeddings.Dispose();
        positions.Dispose();
    }
}

/// <summary>
/// What a decoder remembers of a batch of sequences. Slot s of every row is the s-th token that was given, padding included. Made by
/// <see cref="Decoder.NewCache"/>; the owner disposes of it. For one thread.
/// </summary>
public sealed class DecoderCache : IDisposable
{
    private readonly LayerState[] states;
    private readonly bool[,] attended;
    private readonly Device device;
    private readonly TokenHistory? history;

    internal DecoderCache(LayerState[] states, int batch, int capacity, Device device, TokenHistory? history = null)
    {
        this.states = states;
        this.device = device;
        this.history = history;
        Capacity = capacity;
        attended = new bool[batch, capacity];
        Batch = batch;
    }

    /// <summary>Rows.</summary>
    public int Batch { get; }

    /// <summary>Slots that were allocated.</summary>
    public int Capacity { get; }

    /// <summary>Slots in use.</summary>
    public int Length { get; private set; }

    /// <summary>The state of a layer.</summary>
    public LayerState this[int layer] => states[layer];

    /// <summary>Whether every layer's state can go back to an earlier token.</summary>
    public bool CanRewind => states.All(state => state.CanRewind);

    /// <summary>Forgets the tokens from a slot on: what a common prefix with the next prompt leaves.</summary>
    /// <exception cref="InvalidOperationException">A layer's state cannot go back.</exception>
    public void Rewind(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        if (length < Length && !CanRewind) throw new InvalidOperationException("The state of this decoder's layers cannot go back to an earlier token.");
        Length = length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LayerState state in states) state.Dispose();
        history?.Dispose();
    }

    /// <summary>Notes new tokens; gives them, or all tokens from the first on when they must go through the layers again: then the cache is empty.</summary>
    internal (Tensor Embeddings, Tensor Positions) Remember(Tensor embeddings, Tensor positions, bool isLong)
    {
        if (history is null) return (embeddings, positions);
        (Tensor allEmbeddings, Tensor allPositions) = history.Append(Length, embeddings, positions);
        if (Length == 0 || history.IsLong == isLong)
        {
            history.IsLong = isLong;
            return (embeddings, positions);
        }

        Rewind(0);
        history.IsLong = isLong;
        return (allEmbeddings, allPositions);
    }

    /// <summary>Notes which of the new tokens count; gives the mask of all, or null when none is padding.</summary>
    internal Tensor? Extend(int count, bool[,]? mask)
    {
        if (Length + count > Capacity) throw new InvalidOperationException($"The cache has {Capacity} slots; {Length} are in use and {count} more are needed.");
        bool padded = false;
        int total = Length + count;
        for (int row = 0; row < Batch; row++)
        {
            for (int slot = Length; slot < total; slot++) attended[row, slot] = mask?[row, slot - Length] ?? true;
            for (int slot = 0; slot < total && !padded; slot++) padded = !attended[row, slot];
        }

        return padded ? MaskTensor(total) : null;
    }

    internal void Advance(int count) => Length += count;

    private Tensor MaskTensor(int total)
    {
        var flat = new bool[Batch * total];
        for (int row = 0; row < Batch; row++)
        {
            for (int slot = 0; slot < total; slot++) flat[(row * total) + slot] = attended[row, slot];
        }

        return tensor(flat, device: device).reshape(Batch, total);
    }
}
