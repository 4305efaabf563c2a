using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cluster.Client.Tests.Fixtures;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Client.Tests.Rest;

public sealed class ConnectionTests(ClientFixture fixture) : IDisposable
{
    private readonly TestDirectory directory = new("client");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_manager_whose_chain_leads_elsewhere_is_not_spoken_to()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = new CertificateRequest("CN=other", key, HashAlgorithmName.SHA256).CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await File.WriteAllTextAsync(directory["other.pem"], other.ExportCertificatePem(), Ct);
        using var client = new ClusterClient(fixture.Options with { CaFile = directory["other.pem"] });
        await Should.ThrowAsync<HttpRequestException>(() => client.Clusters.GetAsync("mail", Ct));
        (await client.IsReadyAsync(Ct)).ShouldBeFalse();
    }

    [Fact]
    public async Task The_authority_is_pinned_by_its_public_key()
    {
        var cluster = await fixture.NewClusterAsync();
        var pin = (await cluster.JoinTokens.CreateAsync(ct: Ct)).Value.CaPin;
        using var client = new ClusterClient(fixture.Options with { CaPin = pin });
        (await client.IsReadyAsync(Ct)).ShouldBeTrue();

        Should.Throw<ArgumentException>(() => new ClusterClient(fixture.Options with { CaPin = "sha256:" + new string('0', 64) })).Message
            .ShouldContain("pinned");
        Should.Throw<ArgumentException>(() => new ClusterClient(fixture.Options with { CaPin = "md5:00" })).Message
            .ShouldContain("sha256:");
    }

    [Fact]
    public async Task A_certificate_for_another_name_is_refused()
    {
        var wrong = new UriBuilder(fixture.Options.Address) { Host = "127.0.0.2" }.Uri;
        using var client = new ClusterClient(fixture.Options with { Address = wrong });
        await Should.ThrowAsync<HttpRequestException>(() => client.Clusters.GetAsync("mail", Ct));
    }

    [Fact]
    public async Task A_cancelled_request_ends()
    {
        using var ended = new CancellationTokenSource();
        await ended.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => fixture.Client.Clusters.GetAsync("mail", ended.Token));
        await Should.ThrowAsync<OperationCanceledException>(
            async () => await fixture.Client.Clusters.ListAsync(ended.Token).ToListAsync(ended.Token));
    }

    public void Dispose() => directory.Dispose();
}
