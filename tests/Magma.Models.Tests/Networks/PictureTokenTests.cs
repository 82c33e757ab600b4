using Magma.Models.Checkpoints;
using Magma.Models.Networks;
using Magma.Models.Processing;
using Magma.Models.Tests.Checkpoints;
using Magma.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace Magma.Models.Tests.Networks;

public sealed class PictureTokenTests(TinyCheckpoint tiny) : IClassFixture<TinyCheckpoint>
{
    private const int Side = 64, Feature = Side / 32;

    [Fact]
    public void Crops_are_cut_row_by_row()
    {
        // Each crop of the 2 x 2 grid has its own gray.
        using var picture = new Image(new PixelSize(2 * Side, 2 * Side));
        for (int pixel = 0; pixel < picture.Pixels.Length; pixel++)
        {
            int x = pixel / 3 % (2 * Side), y = pixel / 3 / (2 * Side);
            picture.Pixels[pixel] = (byte)(40 * (1 + (y / Side * 2) + (x / Side)));
        }

        ImageCrops crops = new ImageProcessor(ImageProcessorConfig.Released with { BaseSize = Side }).Encode(picture);

        Assert.Equal(new CropGrid(2, 2), crops.Grid);
        float[] centres = [.. Enumerable.Range(0, 4).Select(crop => crops.Pixels[(crop * 3 * Side * Side) + (Side / 2 * Side) + (Side / 2)])];
        Assert.Equal(centres.Order(), centres);
        Assert.Equal(4, centres.Distinct().Count());
    }

    public static TheoryData<int, int, string> Grids
    {
        get
        {
            var grids = new TheoryData<int, int, string>();
            foreach (string device in TestDevices.Names)
            {
                grids.Add(2, 2, device);
                grids.Add(1, 3, device);
                grids.Add(3, 1, device);
            }

            return grids;
        }
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void A_crops_tokens_stand_where_the_crop_stands_in_the_picture(int rows, int columns, string device)
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder, device: new Device(device));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        Tensor pixels = Pixels(rows * columns).to(new Device(device));

        Tensor together = checkpoint.Model.EncodeImages(pixels, [new CropGrid(rows, columns)]).Features;
        Tensor alone = checkpoint.Model.EncodeImages(pixels, [.. Enumerable.Repeat(new CropGrid(1, 1), rows * columns)]).Features;

        // A row of features ends with the separator, in the picture and in each crop alone.
        int width = (columns * Feature) + 1, own = Feature + 1;
        for (int y = 0; y < rows * Feature; y++)
        {
            for (int x = 0; x < columns * Feature; x++)
            {
                int crop = (y / Feature * columns) + (x / Feature);
                int place = (crop * Feature * own) + (y % Feature * own) + (x % Feature);
                Near(alone[place], together[(y * width) + x]);
            }
        }
    }

    [Fact]
    public void Pictures_in_another_order_give_the_same_tokens_in_that_order()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        Tensor pixels = Pixels(3);

        (Tensor first, int[] lengths) = checkpoint.Model.EncodeImages(pixels, [new CropGrid(1, 2), new CropGrid(1, 1)]);
        Tensor other = checkpoint.Model.EncodeImages(cat([pixels[2..3], pixels[0..2]], 0), [new CropGrid(1, 1), new CropGrid(1, 2)]).Features;

        Near(first.narrow(0, 0, lengths[0]), other.narrow(0, lengths[1], lengths[0]));
        Near(first.narrow(0, lengths[0], lengths[1]), other.narrow(0, 0, lengths[1]));
    }

    [Fact]
    public void The_last_hidden_state_and_the_span_of_every_picture_are_given()
    {
        using MagmaCheckpoint checkpoint = MagmaCheckpoint.Load(tiny.Folder);
        using var square = new Image(new PixelSize(Side, Side));
        using var wide = new Image(new PixelSize(3 * Side, Side));
        PromptInput[] prompts = [checkpoint.Processor.Encode("What is this?", [square]), checkpoint.Processor.Encode("And these two?", [wide, square])];
        using DisposeScope scope = NewDisposeScope();
        using IDisposable unrecorded = no_grad();
        MagmaInput input = MagmaProcessor.Collate(prompts, padId: 0);

        (Tensor embeddings, MergePlan plan) = checkpoint.Model.Merge(input);
        (Tensor features, int[] lengths) = checkpoint.Model.EncodeImages(input.Pixels!, input.Grids);
        using MagmaOutput output = checkpoint.Model.Run(input, keepLayers: true);

        Assert.Equal([prompts.Length, plan.Length, 64L], output.Decoder.Hidden.shape);
        Near(output.Decoder.Layers[^1], output.Decoder.Hidden);
        Assert.Equal([0, 1, 1], output.Plan.Images.Select(span => span.Row));
        Assert.Equal(lengths, output.Plan.Images.Select(span => span.Length));
        int first = 0;
        foreach (ImageSpan span in output.Plan.Images)
        {
            Near(features.narrow(0, first, span.Length), embeddings[span.Row].narrow(0, span.Start, span.Length));
            first += span.Length;
        }
    }

    private static Tensor Pixels(int crops)
    {
        var values = new float[crops * 3 * Side * Side];
        uint state = 1;
        for (int index = 0; index < values.Length; index++)
        {
            state = (state * 1664525) + 1013904223;
            values[index] = ((state >> 8) * (2f / (1 << 24))) - 1;
        }

        return tensor(values).reshape(crops, 3, Side, Side);
    }

    private static void Near(Tensor expected, Tensor actual)
    {
        float[] left = [.. expected.cpu().contiguous().data<float>()], right = [.. actual.cpu().contiguous().data<float>()];
        Assert.Equal(left.Length, right.Length);
        Assert.All(left.Zip(right), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }
}
