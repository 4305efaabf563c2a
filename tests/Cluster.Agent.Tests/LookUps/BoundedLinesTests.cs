using System.IO.Pipelines;
using System.Text;
using Cluster.Agent.LookUps;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.LookUps;

/// <summary>What a process that is not trusted may write.</summary>
public sealed class BoundedLinesTests
{
    private const int Longest = 16;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What is written, in pieces that are read one after the other, and the lines that come of it.</summary>
    [Theory]
    [InlineData("a\nb\n", "a b")]
    [InlineData("a\n|b|c\n", "a bc")]
    [InlineData("\n\na\n", "  a")]
    [InlineData("a\nno end", "a")]
    [InlineData("0123456789abcdef\nb\n", "0123456789abcdef b")]
    [InlineData("a\n0123456|789abcdef\nb\n", "a 0123456789abcdef b")]
    [InlineData("a\n0123456789abcdefg\nb\n", "a")]
    [InlineData("", "")]
    public async Task Lines_are_read_up_to_the_first_that_is_too_long(string written, string lines)
    {
        var pipe = new Pipe();
        var reading = ReadAsync(pipe.Reader.AsStream());
        foreach (var piece in written.Split('|'))
        {
            await pipe.Writer.WriteAsync(Encoding.ASCII.GetBytes(piece), Cancellation);
            await Task.Yield();
        }

        await pipe.Writer.CompleteAsync();
        string.Join(' ', await reading).ShouldBe(lines);
    }

    [Fact]
    public async Task A_line_without_end_is_not_held()
    {
        var endless = new Endless();
        (await new BoundedLines(endless, Longest).NextAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation)).ShouldBeNull();
        endless.Given.ShouldBe(Longest + 1);
    }

    private static async Task<List<string>> ReadAsync(Stream stream)
    {
        var (reader, lines) = (new BoundedLines(stream, Longest), new List<string>());
        while (await reader.NextAsync(Cancellation) is { } line) lines.Add(Encoding.ASCII.GetString(line.Span));
        return lines;
    }

    private sealed class Endless : MemoryStream
    {
        public int Given { get; private set; }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            Given += buffer.Length;
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
