using Cluster.Contracts.Machines;
using Cluster.Contracts.Settings;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>A certificate is live only when every client gets it, whatever name it asks for.</summary>
public sealed class ServedNamesTests : IAsyncLifetime
{
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Theory]
    [InlineData("mx.example.test", false)]
    [InlineData("other.example.test", false)]
    [InlineData(".wild.example.test", false)]
    [InlineData("elsewhere.test", true)]
    public async Task A_map_of_names_that_answers_otherwise_is_reported(string name, bool proven)
    {
        using var foreign = System.Security.Cryptography.ECDsa.Create();
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=foreign.test", foreign, System.Security.Cryptography.HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        var pem = Path.Combine(host.Postfix.Root, "foreign.pem");
        await File.WriteAllTextAsync(
            pem, foreign.ExportPkcs8PrivateKeyPem() + "\n" + certificate.ExportCertificatePem() + "\n", PostfixHost.Cancellation);
        var names = Path.Combine(host.Postfix.Root, "names");
        await File.WriteAllTextAsync(names, $"{name} {pem}\n", PostfixHost.Cancellation);
        await host.Postfix.PostconfAsync("-e", $"tls_server_sni_maps=texthash:{names}");

        var applied = await host.ApplyAsync(
            Parts.Mx(PolicyTls.Preferred, host.Parts.Certificate("mx.example.test", "other.example.test", "*.wild.example.test")));

        if (proven)
        {
            applied.Failure.ShouldBeNull();
            return;
        }

        applied.Failure.ShouldNotBeNull().Code.ShouldBe(ApplyCodes.NotServed);
        applied.Failure.Message.ShouldContain("Asked for " + (name[0] == '.' ? "any" + name : name));
        applied.NotRestored.ShouldBeNull();
    }
}
