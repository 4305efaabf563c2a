using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Cluster.Agent.Configuration;
using Cluster.Agent.State;
using Cluster.Contracts.Json;
using Cluster.Testing;
using Cluster.Testing.Golden;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Golden;

/// <summary>
/// What stands on a host outlives the agent's version: its own file, which people write, and the state that an older agent left.
/// </summary>
public sealed class HostFileGoldenTests
{
    private static readonly Dictionary<string, JsonTypeInfo> Formats = new()
    {
        ["agent"] = LocalFileJson.Default.LocalFile,
        ["identity"] = AgentJson.Default.Identity,
        ["pending-key"] = AgentJson.Default.PendingKey,
        ["membership"] = AgentJson.Default.Membership,
        ["record"] = AgentJson.Default.ServiceRecord,
        ["journal"] = AgentJson.Default.JournalEntry,
        ["hold"] = AgentJson.Default.HoldRecord,
        ["status"] = AgentJson.Default.StatusRecord,
    };

    public static TheoryData<string> Names => [.. Formats.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_with_every_member_is_read_and_written_as_it_was(string name)
    {
        var golden = Golden(name);

        var read = JsonSerializer.Deserialize(golden.Text, Formats[name]);

        var written = JsonSerializer.SerializeToElement(read, Formats[name]);
        golden.ShouldBe(CanonicalJson.ToText(written));
        Formats[name].Properties.Where(p => p.Get is not null).Select(p => p.Name)
            .Except(written.EnumerateObject().Select(m => m.Name)).ShouldBeEmpty("the golden file uses every member");
    }

    [Fact]
    public void A_state_file_begins_with_the_hash_of_what_follows()
    {
        using var directory = new TestDirectory("golden");
        var path = directory["hold.json"];
        var golden = GoldenFile.Of("Cluster.Agent.Tests", "host/sealed-hold.txt");

        SealedFile.WriteBytes(path, Encoding.UTF8.GetBytes(Golden("hold").Text));

        golden.ShouldBe(File.ReadAllText(path));
        File.WriteAllText(path, golden.Text);
        SealedFile.Read(path, AgentJson.Default.HoldRecord).ShouldNotBeNull();
    }

    private static GoldenFile Golden(string name) => GoldenFile.Of("Cluster.Agent.Tests", $"host/{name}.json");
}
