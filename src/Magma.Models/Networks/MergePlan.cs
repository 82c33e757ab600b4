using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Networks;

/// <summary>The tokens of a picture in a row of the merged sequence.</summary>
/// <param name="Row">Row of the batch.</param>
/// <param name="Start">First slot.</param>
/// <param name="Length">Slots.</param>
public readonly record struct ImageSpan(int Row, int Start, int Length);

/// <summary>Where text and image tokens stand in the sequence that the decoder sees.</summary>
public sealed class MergePlan
{
    private MergePlan(int rows, int length)
    {
        Rows = rows;
        Length = length;
        Source = new long[rows, length];
        Mask = new bool[rows, length];
        Positions = new long[rows, length];
        Labels = new long[rows, length];
    }

    /// <summary>The label of a slot that is not trained on.</summary>
    public const long Ignored = -100;

    /// <summary>Rows of the batch.</summary>
    public int Rows { get; }

    /// <summary>Slots of a row.</summary>
    public int Length { get; }

    /// <summary>
    /// Where a slot comes from: below ids.Length the token of that index (row by row), then image features in order, -1 for padding.
    /// </summary>
    public long[,] Source { get; }

    /// <summary>Whether a slot counts.</summary>
    public bool[,] Mask { get; }

    /// <summary>Position of a slot: how many slots that count stand before; 1 at padding, as in the reference.</summary>
    public long[,] Positions { get; }

    /// <summary>What follows is trained to be this; <see cref="Ignored"/> for pictures and padding.</summary>
    public long[,] Labels { get; }

    /// <summary>The pictures, in order.</summary>
    public IReadOnlyList<ImageSpan> Images { get; private set; } = [];

    /// <summary>Lays out a batch.</summary>
    /// <param name="ids">Token ids (rows, columns).</param>
    /// <param name="attended">Which of them are no padding.</param>
    /// <param name="imageToken">The id that a picture replaces.</param>
    /// <param name="featureLengths">Tokens of every picture, in the order of the batch.</param>
    /// <param name="labels">Labels (rows, columns), or null.</param>
    /// <param name="padLeft">Side of the padding where the mask does not tell.</param>
    /// <exception cref="ArgumentException">Pictures and image tokens differ in number, or the mask has zeros on both sides.</exception>
    public static MergePlan Make(
        long[,] ids, bool[,] attended, long imageToken, IReadOnlyList<int> featureLengths, long[,]? labels = null, bool padLeft = true)
    {
        int rows = ids.GetLength(0), columns = ids.GetLength(1);
        int imageTokens = 0;
        var lengths = new int[rows];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                if (!attended[row, column]) continue;
                bool isImage = ids[row, column] == imageToken;
                if (isImage && imageTokens < featureLengths.Count) lengths[row] += featureLengths[imageTokens];
                else if (!isImage) lengths[row]++;
                if (isImage) imageTokens++;
            }
        }

        if (imageTokens != featureLengths.Count)
        {
            throw new ArgumentException(
                $"Number of image tokens in input_ids ({imageTokens}) different from num_images ({featureLengths.Count}).");
        }

        bool left = PadsLeft(attended, padLeft);
        var plan = new MergePlan(rows, Math.Max(1, lengths.Max()));
        plan.Fill(ids, attended, imageToken, featureLengths, labels, lengths, left);
        return plan;
    }

    private static bool PadsLeft(bool[,] attended, bool fallback)
    {
        int rows = attended.GetLength(0), last = attended.GetLength(1) - 1;
        if (rows == 1) return true;
        bool left = Enumerable.Range(0, rows).Any(row => !attended[row, 0]), right = Enumerable.Range(0, rows).Any(row => !attended[row, last]);
        if (left && right) throw new ArgumentException("The attention mask has padding on both sides.");
        return left || (!right && fallback);
    }

    private void Fill(
        long[,] ids, bool[,] attended, long imageToken, IReadOnlyList<int> featureLengths, long[,]? labels, int[] lengths, bool left)
    {
        int columns = ids.GetLength(1), image = 0;
        long textCount = ids.Length, feature = 0;
        var spans = new List<ImageSpan>();
        for (int row = 0; row < Rows; row++)
        {
            for (int slot = 0; slot < Length; slot++) (Source[row, slot], Positions[row, slot], Labels[row, slot]) = (-1, 1, Ignored);
            int first = left ? Length - lengths[row] : 0, next = first;
            for (int column = 0; column < columns; column++)
            {
                if (!attended[row, column]) continue;
                if (ids[row, column] != imageToken)
                {
                    Source[row, next] = ((long)row * columns) + column;
                    Labels[row, next] = labels?[row, column] ?? Ignored;
                    next++;
                    continue;
                }

                int length = featureLengths[image++];
                spans.Add(new ImageSpan(row, next, length));
                for (int index = 0; index < length; index++) Source[row, next++] = textCount + feature++;
            }

            for (int slot = first; slot < next; slot++) (Mask[row, slot], Positions[row, slot]) = (true, slot - first);
        }

        Images = spans;
    }

    /// <summary>
    /// Gathers embeddings (rows · columns, hidden) and features (F, hidden) into (rows, Length, hidden); padding is zero.
    /// </summary>
    public Tensor Gather(Tensor embeddings, Tensor? features)
    {
        using DisposeScope scope = NewDisposeScope();
        long hidden = embeddings.shape[^1], total = embeddings.shape[0] + (features?.shape[0] ?? 0);
        Tensor zero = zeros([1, hidden], embeddings.dtype, embeddings.device);
        Tensor all = features is null ? cat([embeddings, zero], 0) : cat([embeddings, features, zero], 0);
        long[] index = [.. Source.Cast<long>().Select(source => source < 0 ? total : source)];
        return all.index_select(0, tensor(index, device: embeddings.device)).reshape(Rows, Length, hidden).MoveToOuterDisposeScope();
    }
}
