using System.Text.Json.Nodes;
using Cluster.Client.Tests.Fixtures;
using Cluster.Client.Values;
using Cluster.Contracts.Levels;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Client.Tests.Settings;

public sealed class TlsProtocolsClientTests(ClientFixture fixture)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Blocks_are_written_read_patched_moved_and_deleted()
    {
        var protocols = (await fixture.NewClusterAsync()).TlsProtocols;
        (await protocols.GetAsync(ct: Ct)).Value.ShouldBe(new TlsProtocolBlocks());
        var https = new TlsProtocolBlock { Minimum = TlsVersion.Tls12 };
        var made = await protocols.PutAsync(new TlsProtocolBlocks { Https = https }, ct: Ct);
        made.Receipt.Created.ShouldBeTrue();

        var clients = new JsonObject { ["minimum"] = "tls1.2", ["maximum"] = "tls1.3" };
        var patched = await protocols.PatchAsync(new JsonObject { ["clients"] = clients }, new WriteOptions { IfMatch = made.ETag }, Ct);
        var both = new TlsProtocolBlocks { Https = https, Clients = https with { Maximum = TlsVersion.Tls13 } };
        patched.Value.ShouldBe(both);
        (await protocols.GetAsync(ct: Ct)).ETag.ShouldBe(patched.ETag);
        (await protocols.CopyAsync(new RelocationRequest { ToLevel = "group:main" }, ct: Ct)).Value.ShouldBe(both);
        (await protocols.MoveAsync(new RelocationRequest { ToLevel = "group:main", Replace = true }, ct: Ct)).Value.ShouldBe(both);

        (await protocols.GetAsync(ct: Ct)).Value.ShouldBe(new TlsProtocolBlocks());
        await protocols.DeleteAsync(
            new WriteOptions { Level = new LevelName(LevelKind.Group, "main"), Acknowledge = ["tls-minimum-lowered"] }, Ct);
    }
}
