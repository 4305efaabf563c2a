using Cluster.Agent.Drivers.Generations;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Generations;

/// <summary>What a hash over files does with links that lead nowhere.</summary>
public sealed class FingerprintTests : IDisposable
{
    private readonly TestDirectory directory = new("fingerprint");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void A_link_that_leads_to_itself_is_hashed_as_a_link_and_the_other_files_still_count()
    {
        File.WriteAllText(directory["main.cf"], "a");
        var without = Hash();
        File.CreateSymbolicLink(directory["loop"], "loop");
        var with = Hash();
        with.ShouldNotBe(without);
        Hash().ShouldBe(with);

        File.WriteAllText(directory["main.cf"], "ab");
        Hash().ShouldNotBe(with);
    }

    [Fact]
    public void Links_that_lead_to_each_other_are_told_apart_by_where_they_lead()
    {
        File.CreateSymbolicLink(directory["one"], "two");
        File.CreateSymbolicLink(directory["two"], "one");
        var before = Hash();
        File.Delete(directory["two"]);
        File.CreateSymbolicLink(directory["two"], "two");
        Hash().ShouldNotBe(before);
    }

    private string Hash()
    {
        using var hash = new Fingerprint();
        return hash.AddFiles(directory.Path).End();
    }
}
