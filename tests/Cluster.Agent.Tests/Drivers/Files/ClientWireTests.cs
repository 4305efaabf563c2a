using Cluster.Contracts.Bundles;
using Cluster.Pki.Certificates;
using Cluster.Pki.Keys;
using Cluster.Testing;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Files;

/// <summary>A real client, under the user that the files are for, shows the certificate to a server that demands one.</summary>
public sealed class ClientWireTests : IDisposable
{
    private readonly FilesService service = new();
    private readonly int port = FreePort.Next();

    public void Dispose() => service.Dispose();

    [Fact]
    public async Task Curl_as_the_service_s_user_presents_what_was_applied_and_the_next_one_after_a_change()
    {
        service.Options = """
            "outputs": [
              {"client":"url-filter","format":"pem","owner":"nobody"},
              {"client":"url-filter","format":"pem-split","file":"split","group":"nogroup"}]
            """;
        await using var server = StartServer();

        for (var round = 0; round < 2; round++)
        {
            var part = service.Client("url-filter");
            await service.ApplyAsync(part);
            await ShowsAsync(server, part, "--cert", service.Live("url-filter.pem"));
            await ShowsAsync(server, part, "--cert", service.Live("split-chain.pem"), "--key", service.Live("split-key.pem"));
        }

        (await CurlAsync()).ExitCode.ShouldNotBe(0, "the server demands a certificate");
    }

    [Fact]
    [Trait("Category", "Full")]
    public async Task Curl_as_the_service_s_user_presents_a_PKCS12()
    {
        service.Write("password", "s3cret\n");
        service.Options = """
            "outputs": [{"client":"dlp","format":"pkcs12","passwordFile":"{0}/password","owner":"nobody","mode":"0400"}]
            """;
        await using var server = StartServer();
        var part = service.Client();

        await service.ApplyAsync(part);

        await ShowsAsync(server, part, "--cert-type", "P12", "--cert", $"{service.Live("dlp.p12")}:s3cret");
    }

    private static async Task ShowsAsync(ClientServer server, ServicePart part, params string[] certificate)
    {
        var leaf = CertificateInfo.TryRead(Convert.FromBase64String(part.Certificates.Values.Single().Chain[0]))!;
        var serial = leaf.SerialNumber.TrimStart('0');
        var answer = await server.Owner.CurlAsync(certificate);
        answer.Ok().Output.Replace(":", "", StringComparison.Ordinal).ShouldContain(serial, Case.Insensitive, server.Daemon.Output);
    }

    private ClientServer StartServer()
    {
        using var key = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        var leaf = service.Parts.Ca.IssueFor(key.Public, "localhost");
        var file = service.Write("server.pem", key.ExportPem() + service.Parts.Ca.PemFor(leaf));
        service.Write("ca.pem", service.Parts.Ca.Root.ToPem());
        return new ClientServer(
            this,
            Daemon.Start(
                "/usr/bin/openssl",
                [
                    "s_server", "-accept", $"127.0.0.1:{port}", "-cert", file, "-cert_chain", file, "-CAfile",
                    Path.Combine(service.Path, "ca.pem"),
                    "-Verify", "3", "-verify_return_error", "-www",
                ]));
    }

    private Task<CommandResult> CurlAsync(params string[] certificate) => Command.RunAsync(
        "/usr/bin/setpriv",
        [
            "--reuid=nobody", "--regid=nogroup", "--clear-groups", "/usr/bin/curl", "-sS", "--cacert",
            Path.Combine(service.Path, "ca.pem"), "--retry", "20", "--retry-connrefused", "--retry-delay", "1", "--resolve",
            $"localhost:{port}:127.0.0.1", .. certificate,
            $"https://localhost:{port}/",
        ]);

    private sealed record ClientServer(ClientWireTests Owner, Daemon Daemon) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Daemon.DisposeAsync();
    }
}
