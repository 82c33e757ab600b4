namespace Magma.Vision.Tests;

public class ImageTests
{
    [Fact]
    public void A_new_picture_is_black_and_its_pixels_are_its_own_memory()
    {
        using var image = new Image(new(5, 3));

        Assert.False(image.Pixels.ContainsAnyExcept((byte)0));
        image.Pixels[4] = 200;

        Assert.Equal((0, 200, 0), image.At(1, 0));
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(10, -1)]
    [InlineData(40_000, 40_000)]
    public void An_impossible_size_is_refused(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Image(new(width, height)));

    [Fact]
    public void Pixels_that_do_not_fit_the_size_are_refused_with_both_numbers()
    {
        var e = Assert.Throws<ArgumentException>(() => Image.FromPixels(new(4, 4), new byte[47]));

        Assert.Contains("48", e.Message);
        Assert.Contains("47", e.Message);
    }

    [Fact]
    public void A_clone_lives_on_its_own()
    {
        using Image first = Pictures.Waves(16, 16);
        using Image copy = first.Clone();
        first.Pixels.Clear();

        Assert.True(copy.Pixels.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void A_crop_holds_exactly_the_pixels_inside_the_box()
    {
        using Image image = Pictures.Waves(20, 10);
        using Image part = image.Crop(new(3, 2, 9, 7));

        Assert.Equal(new PixelSize(6, 5), part.Size);
        Assert.Equal(image.At(3, 2), part.At(0, 0));
        Assert.Equal(image.At(8, 6), part.At(5, 4));
    }

    [Fact]
    public void A_crop_leaves_away_what_lies_outside_and_refuses_nothing_at_all()
    {
        using Image image = Pictures.Waves(20, 10);
        using Image corner = image.Crop(new(-5, -5, 4, 4));

        Assert.Equal(new PixelSize(4, 4), corner.Size);
        Assert.Throws<ArgumentException>(() => image.Crop(new(30, 0, 40, 5)));
        Assert.Throws<ArgumentException>(() => image.Crop(new(5, 5, 5, 8)));
    }

    [Theory]
    [InlineData(Interpolation.Nearest)]
    [InlineData(Interpolation.Linear)]
    [InlineData(Interpolation.Cubic)]
    [InlineData(Interpolation.Area)]
    [InlineData(Interpolation.Lanczos)]
    public void A_plain_picture_stays_plain_in_every_size(Interpolation interpolation)
    {
        using var image = new Image(new(31, 17));
        image.FillRectangle(image.Size.ToBox(), new(10, 20, 30));
        using Image larger = image.Resize(new(64, 50), interpolation);
        using Image smaller = image.Resize(new(7, 5), interpolation);

        Assert.Equal((10, 20, 30), larger.At(63, 49));
        Assert.Equal((10, 20, 30), smaller.At(3, 2));
    }

    [Fact]
    public void Shrinking_by_area_takes_the_mean()
    {
        using Image image = Image.FromPixels(new(2, 2), [0, 0, 0, 100, 0, 0, 50, 0, 8, 50, 4, 0]);
        using Image one = image.Resize(new(1, 1));

        Assert.Equal((50, 1, 2), one.At(0, 0));
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        using Image image = Pictures.Waves(1280, 900);
        int before = VisionLibrary.Threads;
        try
        {
            byte[][] results = [.. new[] { 1, 2, 4 }.Select(threads =>
            {
                VisionLibrary.Threads = threads;
                using Image small = image.Resize(new(500, 333));
                using Image large = small.Resize(new(900, 700), Interpolation.Lanczos);
                return large.Encode(ImageFormat.Jpeg);
            })];

            Assert.Equal(results[0], results[1]);
            Assert.Equal(results[0], results[2]);
        }
        finally
        {
            VisionLibrary.Threads = before;
        }
    }

    [Fact]
    public void Warping_moves_pixels_where_the_homography_moves_points()
    {
        using Image image = Pictures.Waves(40, 30);
        using Image moved = image.Warp(new Homography([1, 0, 7, 0, 1, -4, 0, 0, 1]), new(40, 30));
        using Image doubled = image.Warp(new Homography([2, 0, 0, 0, 2, 0, 0, 0, 1]), new(80, 60), Interpolation.Nearest);
        using Image resized = image.Resize(new(80, 60), Interpolation.Linear);
        using Image smooth = image.Warp(new Homography([2, 0, 0, 0, 2, 0, 0, 0, 1]), new(80, 60));

        Assert.Equal(image.At(10, 20), moved.At(17, 16));
        Assert.Equal((0, 0, 0), moved.At(3, 3));
        Assert.Equal(image.At(10, 20), doubled.At(21, 41));
        using Image inner = resized.Crop(new(4, 4, 76, 56)), innerSmooth = smooth.Crop(new(4, 4, 76, 56));
        Assert.InRange(Pictures.MeanDifference(inner, innerSmooth), 0, 1);
    }

    [Fact]
    public void A_thousand_pictures_leave_nothing_behind()
    {
        long before = Image.LiveCount;
        for (int i = 0; i < 1000; i++)
        {
            using Image image = Pictures.Waves(40, 30);
            using Image small = image.Resize(new(20, 15));
            using Image again = Image.Decode(small.Encode(ImageFormat.Png));
        }

        Assert.Equal(before, Image.LiveCount);
    }

    [Fact]
    public void A_disposed_picture_says_so()
    {
        var image = new Image(new(2, 2));
        image.Dispose();

        Assert.Throws<ObjectDisposedException>(() => image.Pixels.Length);
        Assert.Throws<ObjectDisposedException>(() => image.Encode(ImageFormat.Png));
    }
}
