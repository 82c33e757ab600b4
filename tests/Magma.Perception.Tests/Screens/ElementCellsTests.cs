using Magma.Data;
using Magma.Vision;

namespace Magma.Perception.Tests.Screens;

public sealed class ElementCellsTests
{
    private const int Columns = 4;
    private const int Rows = 3;

    [Fact]
    public void A_cell_becomes_a_box_with_the_kind_and_confidence_of_its_maps()
    {
        float[] map = Map();
        // Second row, third column: middle at (20, 12). Sides of 1, 0.5, 2 and 1 cells.
        Put(map, 1, 2, presence: 2, [0, MathF.Log(0.5f), MathF.Log(2), 0], kind: 2);
        DetectedIcon one = Assert.Single(ElementCells.Decode(map, Columns, Rows, 0.5));
        Assert.Equal(ElementKind.Input, one.Kind);
        Assert.Equal(1 / (1 + Math.Exp(-2)), one.Confidence, 9);
        Assert.Equal(12, one.Box.X1, 4);
        Assert.Equal(8, one.Box.Y1, 4);
        Assert.Equal(36, one.Box.X2, 4);
        Assert.Equal(20, one.Box.Y2, 4);
    }

    [Fact]
    public void Boxes_come_best_first_and_only_those_that_are_sure_enough()
    {
        float[] map = Map();
        Put(map, 0, 0, presence: 1, [0, 0, 0, 0], kind: 0);
        Put(map, 1, 1, presence: 3, [0, 0, 0, 0], kind: 1);
        Put(map, 2, 2, presence: -1, [0, 0, 0, 0], kind: 1);
        Assert.Equal([ElementKind.Link, ElementKind.Button], ElementCells.Decode(map, Columns, Rows, 0.5).Select(one => one.Kind));
        Assert.Equal(3, ElementCells.Decode(map, Columns, Rows, 0.2).Count);
    }

    [Fact]
    public void Sides_beyond_all_screens_are_limited_and_values_that_are_no_numbers_find_nothing()
    {
        float[] map = Map();
        Put(map, 0, 0, presence: 1, [1000, 1000, 1000, 1000], kind: 0);
        Put(map, 1, 1, presence: float.NaN, [0, 0, 0, 0], kind: 0);
        DetectedIcon one = Assert.Single(ElementCells.Decode(map, Columns, Rows, 0.5));
        Assert.True(double.IsFinite(one.Box.Width));
    }

    [Fact]
    public void Maps_of_another_size_are_refused() =>
        Assert.Contains("values", Assert.Throws<ArgumentException>(() => ElementCells.Decode(new float[7], Columns, Rows, 0.5)).Message);

    [Fact]
    public void An_element_reaches_as_far_as_its_cells_say_in_the_mean_also_the_doubtful_ones()
    {
        float[] map = Map();
        // Side by side in one row, from 0 to 40 and from 0 to 44; one too doubtful to be heard, one elsewhere.
        Put(map, 0, 1, presence: 1, [MathF.Log(1.5f), 0, MathF.Log(3.5f), 0], kind: 0);
        Put(map, 0, 2, presence: -1, [MathF.Log(2.5f), 0, MathF.Log(3), 0], kind: 1);
        Put(map, 0, 0, presence: -3, [MathF.Log(0.5f), 0, MathF.Log(6), 0], kind: 1);
        Put(map, 2, 3, presence: -1, [0, 0, 0, 0], kind: 0);
        DetectedIcon one = Assert.Single(ElementCells.Find(map, Columns, Rows, 0.5));
        Assert.Equal(1 / (1 + Math.Exp(-1)), one.Confidence, 9);
        Assert.Equal(0, one.Box.X1, 4);
        Assert.Equal(42, one.Box.X2, 4);
    }

    [Fact]
    public void Of_doubles_the_better_stays_and_what_is_left_has_none()
    {
        DetectedIcon[] found =
        [
            new(new PixelBox(0, 0, 100, 20), 0.9, ElementKind.Link), new(new PixelBox(2, 1, 101, 21), 0.8, ElementKind.Button),
            new(new PixelBox(4, 4, 30, 16), 0.7, ElementKind.Link), new(new PixelBox(4, 4, 16, 16), 0.6, ElementKind.Choice),
            new(new PixelBox(0, 30, 100, 50), 0.5, ElementKind.Link),
        ];
        IReadOnlyList<DetectedIcon> kept = ElementCells.WithoutDoubles(found);
        Assert.Equal([found[0], found[3], found[4]], kept);
        Assert.Equal(kept, ElementCells.WithoutDoubles(kept));
    }

    private static float[] Map()
    {
        float[] map = new float[Columns * Rows * ElementNetwork.Outputs];
        map.AsSpan(0, Columns * Rows).Fill(-9);
        return map;
    }

    private static void Put(float[] map, int row, int column, float presence, float[] sides, int kind)
    {
        int cells = Columns * Rows, cell = (row * Columns) + column;
        map[cell] = presence;
        for (int side = 0; side < 4; side++) map[((1 + side) * cells) + cell] = sides[side];
        map[((5 + kind) * cells) + cell] = 1;
    }
}
