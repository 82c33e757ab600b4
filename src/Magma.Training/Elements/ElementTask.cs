using Magma.Perception;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Magma.Training.Elements;

/// <summary>
/// Trains an <see cref="ElementNetwork"/>. A cell's presence is held to how well its box fits (quality focal loss, Li et al. 2020), its box to overlapping the
/// element's by more than half and to generalised intersection over union (Rezatofighi et al. 2019), its kind by cross entropy. How far around its words or its
/// icon an element reacts often cannot be seen. The mean overlap is then highest for one of the possible boxes, which is wrong wherever the other is true; a box
/// between them overlaps both by more than half.
/// </summary>
/// <param name="network">The network, with normalisations.</param>
/// <param name="source">What it learns from.</param>
public sealed class ElementTask(ElementNetwork network, ElementDraws source) : ITrainingTask<ElementBatch>
{
    private const double BoxWeight = 2;
    private const double KindWeight = 0.3;

    // A batch with next to nothing on it weighs no more than one with this many cells.
    private const double LeastSum = 10;

    // What presence is held to where the box does not fit at all yet.
    private const double LeastQuality = 0.6;

    // A box is first of all to overlap its element enough to be right, then to be tight.
    private const double EnoughOverlap = 0.55;
    private const double Sharpness = 12;
    private const double TightWeight = 0.4;

    /// <inheritdoc/>
    public nn.Module Model => network;

    /// <inheritdoc/>
    public IReadOnlyList<Parameter> Hidden => network.Hidden;

    /// <inheritdoc/>
    public ElementBatch BatchAt(long number) => source.At(number);

    /// <inheritdoc/>
    public Tensor Loss(ElementBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor output = network.call(tensor(batch.Pictures, [batch.Count, 3, batch.Side, batch.Side]));
        // One row of values per cell.
        Tensor rows = output.permute(0, 2, 3, 1).reshape(-1, ElementNetwork.Outputs);
        Tensor presence = rows.select(1, 0), known = tensor(batch.Known);
        Tensor wanted = zeros_like(known), cost;
        Tensor boxes = zeros(1), kinds = zeros(1);
        double sum = Math.Max(LeastSum, batch.Weights.Sum());
        if (batch.Cells.Count > 0)
        {
            Tensor cells = tensor(batch.Cells.ToArray()), weights = tensor(batch.Weights.ToArray());
            Tensor found = rows.index_select(0, cells);
            Tensor truth = tensor(batch.Sides.ToArray(), [batch.Cells.Count, 4]);
            (Tensor overlap, Tensor general) = Overlaps(Boxes(found.narrow(1, 1, 4), cells, batch.Side / ElementNetwork.Stride), truth);
            Tensor wrong = 1 - ((overlap - EnoughOverlap) * Sharpness).sigmoid();
            boxes = ((wrong + ((1 - general) * TightWeight)) * weights).sum() / sum;
            Tensor kind = nn.functional.cross_entropy(
                found.narrow(1, 5, ElementNetwork.Outputs - 5), tensor(batch.Kinds.ToArray()), reduction: nn.Reduction.None);
            kinds = (kind * weights).sum() / sum;
            using (no_grad())
            {
                wanted.index_copy_(0, cells, LeastQuality + ((1 - LeastQuality) * overlap.detach().clamp(0, 1)));
                // A large element's cells count less, the cells of nothing fully.
                known.index_copy_(0, cells, weights);
            }
        }

        Tensor distance = (presence.sigmoid() - wanted).abs();
        cost = nn.functional.binary_cross_entropy_with_logits(presence, wanted, reduction: nn.Reduction.None) * distance * distance * known;
        return ((cost.sum() / sum) + (boxes * BoxWeight) + (kinds * KindWeight)).sum().MoveToOuterDisposeScope();
    }

    // Left, upper, right, lower side in cells from the part's corner.
    private static Tensor Boxes(Tensor sides, Tensor cells, int row)
    {
        Tensor at = cells % (row * row);
        Tensor x = (at % row).to(float32) + 0.5, y = at.div(row, RoundingMode.floor).to(float32) + 0.5;
        Tensor far = sides.clamp(-ElementCells.LongestSide, ElementCells.LongestSide).exp();
        return stack([x - far.select(1, 0), y - far.select(1, 1), x + far.select(1, 2), y + far.select(1, 3)], 1);
    }

    private static (Tensor Overlap, Tensor General) Overlaps(Tensor one, Tensor other)
    {
        Tensor Side(Tensor boxes, long index) => boxes.select(1, index);
        Tensor Area(Tensor boxes) => (Side(boxes, 2) - Side(boxes, 0)) * (Side(boxes, 3) - Side(boxes, 1));
        Tensor Extent(Func<Tensor, Tensor, Tensor> far, Func<Tensor, Tensor, Tensor> near, long from) =>
            (far(Side(one, from + 2), Side(other, from + 2)) - near(Side(one, from), Side(other, from))).clamp_min(0);
        Tensor common = Extent(minimum, maximum, 0) * Extent(minimum, maximum, 1);
        Tensor union = Area(one) + Area(other) - common;
        Tensor around = Extent(maximum, minimum, 0) * Extent(maximum, minimum, 1);
        Tensor overlap = common / union;
        return (overlap, overlap - ((around - union) / around));
    }
}
