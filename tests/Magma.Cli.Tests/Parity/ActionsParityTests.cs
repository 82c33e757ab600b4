using Magma.Cli.Parity;
using Magma.Testing;

namespace Magma.Cli.Tests.Parity;

public sealed class ActionsParityTests
{
    [Fact]
    public void Codec_statistics_adapters_and_transforms_are_equal()
    {
        List<ParityVerdict> verdicts = [.. ActionsParity.Run(Repository.Golden("actions"))];

        Assert.True(verdicts.Count > 790);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome != ParityOutcome.Equal);
    }

    [Fact]
    public void Of_a_vocabulary_without_its_tokenizer_the_ids_are_compared_and_the_texts_are_not()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["cases.json"], """
            {
              "about": {"vocab_size": 32064},
              "token_table": [{"id": 31808, "text": "a", "piece": "a"}],
              "actions_as_text": [
                {"action": [0, 0, 0, 0, 0, 0, 1], "ids": [31936, 31936, 31936, 31936, 31936, 31936, 31808], "text": "aaaaaab"},
                {"action": [0, 0, 0, 0, 0, 0, 1], "ids": [31936, 31936, 31936, 31936, 31936, 31936, 31809], "text": "aaaaaab"}
              ]
            }
            """);

        Assert.Equal(
            [ParityOutcome.NotBuilt, ParityOutcome.Equal, ParityOutcome.Different],
            ActionsParity.Run(folder.Path).Select(verdict => verdict.Outcome));
    }

    [Theory]
    [InlineData("-0.9921568627450981", "-0.9921468627450981")]
    [InlineData("[256, 256]", "[256, 224]")]
    [InlineData("\"libero_10\": 520", "\"libero_10\": 510")]
    [InlineData("\"keep_last\": 9", "\"keep_last\": 8")]
    [InlineData("\"result\":[2,3,3]", "\"result\":[3,3,2]")]
    [InlineData("0.022488108", "0.022498108")]
    public void A_changed_value_is_told(string found, string changed)
    {
        using var folder = new TemporaryFolder();
        string text = File.ReadAllText(Repository.Golden("actions", "cases.json"));
        Assert.Contains(found, text, StringComparison.Ordinal);
        File.WriteAllText(folder["cases.json"], text.Replace(found, changed, StringComparison.Ordinal));

        Assert.Contains(ActionsParity.Run(folder.Path), verdict => verdict.Outcome == ParityOutcome.Different);
    }
}
