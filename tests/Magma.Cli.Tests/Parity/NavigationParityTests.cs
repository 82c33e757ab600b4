using Magma.Cli.Parity;
using Magma.Testing;

namespace Magma.Cli.Tests.Parity;

public sealed class NavigationParityTests
{
    [Fact]
    public void Every_case_of_the_golden_folder_is_equal()
    {
        List<ParityVerdict> verdicts = [.. NavigationParity.Run(Repository.Golden("navigation"))];

        Assert.Equal(292, verdicts.Count);
        Assert.All(verdicts, verdict => Assert.Equal(ParityOutcome.Equal, verdict.Outcome));
    }

    [Theory]
    [InlineData("\"mode\":\"som\"", "\"mode\":\"qa\"", "modes")]
    [InlineData("\"mark\": 14, \"value\": \"thai\"", "\"mark\": 15, \"value\": \"thai\"", "mind2web_answers")]
    [InlineData("\"value\": \"Instagram\"", "\"value\": \"Telegram\"", "aitw_answers")]
    [InlineData("\"text\": \"Text: News. Mark: 1.\"", "\"text\": \"Text: News. Mark: 2.\"", "ui_pretraining_answers")]
    [InlineData("Imagine that you are imitating", "Suppose that you are imitating", "mind2web_prompts")]
    [InlineData("seeclick_web_imgs/b.png", "seeclick_web/b.png", "seeclick_switches")]
    [InlineData("\"tag\":\"openx_magma\"", "\"tag\":\"openx\"", "dataset_tag")]
    [InlineData("\"point_text\":\"(", "\"point_text\":\"( ", "format_box")]
    public void A_changed_value_is_told(string value, string changed, string section)
    {
        using var folder = new TemporaryFolder();
        string cases = File.ReadAllText(Path.Combine(Repository.Golden("navigation"), "cases.json"));
        int at = cases.IndexOf(value, StringComparison.Ordinal);
        Assert.True(at >= 0);
        File.WriteAllText(folder["cases.json"], cases[..at] + changed + cases[(at + value.Length)..]);

        ParityVerdict[] different = [.. NavigationParity.Run(folder.Path).Where(verdict => verdict.Outcome == ParityOutcome.Different)];

        Assert.Contains(different, verdict => verdict.Case.StartsWith(section));
    }
}
