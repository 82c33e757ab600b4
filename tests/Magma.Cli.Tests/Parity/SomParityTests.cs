using Magma.Cli.Parity;
using Magma.Testing;

namespace Magma.Cli.Tests.Parity;

public sealed class SomParityTests
{
    [Fact]
    public void Every_case_of_the_golden_folder_is_equal()
    {
        List<ParityVerdict> verdicts = [.. SomParity.Run(Repository.Golden("som"))];

        Assert.Equal(271, verdicts.Count);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome != ParityOutcome.Equal);
    }

    [Theory]
    [InlineData("\"cost\":[-500.0,", "\"cost\":[-500.1,", "placement")]
    [InlineData("\"mark_size_hw\":{\"1\":[19,11]", "\"mark_size_hw\":{\"1\":[19,15]", "fonts")]
    [InlineData("\"content\":\"save \"", "\"content\":\"safe \"", "overlap_removal")]
    [InlineData("\"keep\":[3,0,4,1,2]", "\"keep\":[3,0,4,2,1]", "nms")]
    [InlineData("\"xyxy\":[787,313,937,315]", "\"xyxy\":[788,313,937,315]", "ocr_quad_to_box")]
    [InlineData("\"luminance\":124.898", "\"luminance\":125.898", "overlay_palette")]
    public void A_changed_value_is_told(string value, string changed, string section)
    {
        using var folder = new TemporaryFolder();
        CopyGolden(folder.Path);
        string cases = File.ReadAllText(folder["cases.json"]);
        int at = cases.IndexOf(value, StringComparison.Ordinal);
        Assert.True(at >= 0);
        File.WriteAllText(folder["cases.json"], cases[..at] + changed + cases[(at + value.Length)..]);

        ParityVerdict[] different = [.. SomParity.Run(folder.Path).Where(verdict => verdict.Outcome == ParityOutcome.Different)];

        Assert.Contains(different, verdict => verdict.Case.StartsWith(section));
        Assert.All(different, verdict => Assert.True(verdict.Note is not null || verdict.MaxAbsolute is not null));
    }

    [Fact]
    public void A_changed_picture_is_told()
    {
        using var folder = new TemporaryFolder();
        CopyGolden(folder.Path);
        File.Copy(folder["png", "duplicates_in.png"], folder["png", "duplicates_arial_nodigits.png"], overwrite: true);

        ParityVerdict different = Assert.Single(SomParity.Run(folder.Path), verdict => verdict.Outcome == ParityOutcome.Different);

        Assert.Equal("pictures/duplicates no_digits_arial", different.Case);
    }

    [Fact]
    public void A_case_that_cannot_be_read_is_an_error_of_the_folder()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["cases.json"], """{"nms": [{"boxes_xyxy": [[1, 2]]}]}""");

        Assert.Contains("nms/0", Assert.Throws<InvalidDataException>(() => SomParity.Run(folder.Path).Count()).Message);
    }

    private static void CopyGolden(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "png"));
        foreach (string file in Directory.EnumerateFiles(Repository.Golden("som"), "*", SearchOption.AllDirectories))
        {
            File.Copy(file, Path.Combine(folder, Path.GetRelativePath(Repository.Golden("som"), file)));
        }
    }
}
