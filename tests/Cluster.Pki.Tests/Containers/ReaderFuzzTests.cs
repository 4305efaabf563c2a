using System.Diagnostics;
using Cluster.Pki.Containers;
using Cluster.Pki.Tests.Corpus;
using Shouldly;
using Xunit;

namespace Cluster.Pki.Tests.Containers;

/// <summary>Mutates every file of the corpus; whatever comes, the reader answers with a value, in bounded time and memory.</summary>
[Collection(nameof(ForeignFiles))]
public sealed class ReaderFuzzTests(ForeignFiles files, ITestOutputHelper output)
{
    private const long MostMemory = 512L * 1024 * 1024;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(30);
    private static readonly string[] Passwords = [ForeignFiles.Password, ForeignFiles.Password + "1", ForeignFiles.UnicodePassword];

    [Fact]
    public void The_reader_stands_mutations_of_the_corpus() => Fuzz(TimeSpan.FromSeconds(10), seed: 1);

    [Fact]
    [Trait("Category", "Full")]
    public void The_reader_stands_mutations_for_three_minutes() => Fuzz(TimeSpan.FromMinutes(3), Environment.TickCount);

    private void Fuzz(TimeSpan duration, int seed)
    {
        var random = new Random(seed);
        var mutation = new Mutation(random, files.All());
        var watch = Stopwatch.StartNew();
        var (runs, slowest, largest) = (0, TimeSpan.Zero, 0L);
        while (watch.Elapsed < duration)
        {
            var (name, data) = mutation.Next();
            var (time, memory) = Run(name, data, Passwords[random.Next(Passwords.Length)], seed);
            (slowest, largest, runs) = (Max(slowest, time), Math.Max(largest, memory), runs + 1);
        }

        output.WriteLine(
            $"seed {seed}: {runs} runs in {watch.Elapsed.TotalSeconds:0} s, {runs / watch.Elapsed.TotalSeconds:0} a second; slowest "
                + $"{slowest.TotalMilliseconds:0} ms, most allocated {largest / 1024} KiB");
        runs.ShouldBeGreaterThan(100);
    }

    private static (TimeSpan Time, long Memory) Run(string name, byte[] data, string password, int seed)
    {
        var watch = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        string Explain(string what) => $"{what}: a mutation of {name}, seed {seed}: {Convert.ToBase64String(data)}";
        try
        {
            using var read = CertificateReader.Read(data, password);
            (read.HasContent || read.Problems.Count > 0).ShouldBeTrue(Explain("neither content nor a problem"));
            foreach (var problem in read.Problems)
            {
                (problem.Message.EndsWith('.') && problem.Hint.EndsWith('.') && problem.Code.Length > 0).ShouldBeTrue(
                    Explain($"no full sentences: {problem}"));
                problem.ToString().Any(c => char.IsControl(c)).ShouldBeFalse(Explain("control characters"));
                problem.ToString()
                    .Contains(ForeignFiles.UnicodePassword, StringComparison.Ordinal)
                    .ShouldBeFalse(Explain("a password shows"));
            }
        }
        catch (Exception e) when (e is not ShouldAssertException)
        {
            throw new InvalidOperationException(Explain(e.GetType().Name), e);
        }

        var (time, memory) = (watch.Elapsed, GC.GetAllocatedBytesForCurrentThread() - before);
        time.ShouldBeLessThan(MostTime, Explain("too slow"));
        memory.ShouldBeLessThan(MostMemory, Explain("too much memory"));
        return (time, memory);
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
