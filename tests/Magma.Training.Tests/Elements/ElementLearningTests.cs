using Magma.Data;
using Magma.Perception;
using Magma.Testing;
using Magma.Training.Elements;
using Magma.Vision;
using static TorchSharp.torch;

namespace Magma.Training.Tests.Elements;

public sealed class ElementLearningTests
{
    private static readonly PixelBox[] s_boxes = [new(24, 20, 104, 52), new(20, 72, 60, 100), new(84, 70, 116, 102)];

    [Fact]
    public void The_batch_of_a_step_depends_on_seed_and_step_alone()
    {
        var draws = new ElementDraws([Screen()], seed: 4, parts: 2, side: 128);
        ElementBatch batch = draws.At(9), same = new ElementDraws([Screen()], seed: 4, parts: 2, side: 128).At(9);
        Assert.Equal(batch.Pictures, same.Pictures);
        Assert.Equal(batch.Cells, same.Cells);
        Assert.Equal(batch.Sides, same.Sides);
        Assert.NotEqual(batch.Pictures, draws.At(10).Pictures);
    }

    [Fact]
    public void The_middle_of_an_element_finds_it_and_a_smaller_one_takes_its_cells()
    {
        var known = new float[16 * 16];
        Array.Fill(known, 1);
        var lists = new ElementLists();
        ElementTargets.Add(
            [new(new PixelBox(0, 0, 128, 64), ElementKind.Button, false), new(new PixelBox(56, 24, 72, 40), ElementKind.Choice, false)], 128, known, 1000, lists);
        Assert.DoesNotContain(0f, known);
        int middle = lists.Cells.IndexOf(1000 + (3 * 16) + 7);
        Assert.Equal(ElementKinds.IndexOf(ElementKind.Choice), lists.Kinds[middle]);
        Assert.Equal([7f, 3, 9, 5], lists.Sides.Skip(4 * middle).Take(4));
        Assert.Contains(lists.Kinds, kind => kind == ElementKinds.IndexOf(ElementKind.Button));
        Assert.DoesNotContain(1000L, lists.Cells);
        Assert.InRange(lists.Weights.Sum(), 10, 14);
    }

    [Fact]
    public void Nothing_is_learned_from_unsure_places_and_from_slivers()
    {
        var known = new float[16 * 16];
        Array.Fill(known, 1);
        var lists = new ElementLists();
        ElementTargets.Add(
            [new(new PixelBox(16, 16, 48, 48), ElementKind.Button, true), new(new PixelBox(112, 64, 176, 96), ElementKind.Button, false)], 128, known, 0, lists);
        Assert.Empty(lists.Cells);
        Assert.Equal((4 * 4) + (2 * 4), known.Count(value => value == 0));
    }

    [Fact]
    public void An_element_of_less_than_a_cell_has_one()
    {
        var lists = new ElementLists();
        var known = new float[16 * 16];
        ElementTargets.Add([new(new PixelBox(61, 61, 63, 63), ElementKind.Choice, false)], 128, known, 0, lists);
        Assert.Equal([(7 * 16) + 7], lists.Cells);
    }

    [Fact]
    public void A_network_learns_one_screen()
    {
        set_num_threads(1);
        using var folder = new TemporaryFolder();
        random.manual_seed(1);
        using var network = new ElementNetwork(normalized: true);
        var losses = new List<double>();
        Trainer.Run(
            [new ElementTask(network, new ElementDraws([Screen()], seed: 1, parts: 4, side: 128))], new TrainingPlan(folder.Path, 160, 0.003, 0.01, 10, 10),
            resume: false, progress => losses.Add(progress.Loss));
        Assert.True(losses[^1] < 0.5 * losses[0], string.Join(", ", losses));
        string weights = Path.Combine(folder.Path, "w.safetensors");
        ElementWeights.Save(weights, network);
        using LearnedDetector detector = LearnedDetector.Open(weights);
        using Image image = Image.Decode(Screen().Picture.Span);
        IReadOnlyList<DetectedIcon> found = detector.Detect(image);
        Assert.All(s_boxes, box => Assert.Contains(found, one => one.Box.IntersectionOverUnion(box) > 0.5));
    }

    private static LabelledScreen Screen()
    {
        var size = new PixelSize(128, 128);
        using var image = new Image(size);
        image.FillRectangle(size.ToBox(), new Color(250, 250, 250));
        Color[] colors = [new(30, 90, 220), new(200, 40, 40), new(40, 160, 60)];
        for (int index = 0; index < s_boxes.Length; index++) image.FillRectangle(s_boxes[index], colors[index]);
        return new LabelledScreen(image.Encode(ImageFormat.Png), size, 1, [.. s_boxes.Select(box => new LabelledElement(box, ElementKind.Button, false))]);
    }
}
