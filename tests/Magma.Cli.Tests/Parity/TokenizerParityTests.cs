using Magma.Cli.Parity;
using Magma.Testing;

namespace Magma.Cli.Tests.Parity;

public sealed class TokenizerParityTests
{
    [Fact]
    public void Every_line_of_the_golden_folder_is_equal()
    {
        List<ParityVerdict> verdicts = [.. TokenizerParity.Run(Repository.Golden("tokenizer"))];

        Assert.Equal(6060, verdicts.Count);
        Assert.DoesNotContain(verdicts, verdict => verdict.Outcome != ParityOutcome.Equal);
    }

    [Theory]
    [InlineData("llama3.jsonl", """{"text": "ab", "ids": [64]}""")]
    [InlineData("decode.jsonl", """{"ids": [64], "skip_special_tokens": false, "text": "b"}""")]
    [InlineData("stream.jsonl", """{"ids": [64], "skip_special_tokens": false, "pieces": [""], "tail": "a"}""")]
    [InlineData("jinja.jsonl", """{"name": "n", "template": "{{ 1 }}", "context": {}, "expected": "2"}""")]
    [InlineData("jinja.jsonl", """{"name": "n", "template": "{{ 1 }}", "context": {}, "error": "TypeError", "message": ""}""")]
    public void A_line_that_is_wrong_is_told(string file, string line)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[file], line + "\n");

        ParityVerdict verdict = Assert.Single(TokenizerParity.Run(folder.Path));

        Assert.Equal(ParityOutcome.Different, verdict.Outcome);
        Assert.NotNull(verdict.Note);
    }
}
