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
    public async Task Curl_as_the_service_s_user_presents_what_was_applied_in_each_form_and_the_next_one_after_a_change()
    {
        service.Write("password", "s3cret\n");
        service.Options = """
            "outputs": [
              {"client":"url-filter","format":"pem","owner":"nobody"},
              {"client":"url-filter","format":"pkcs12","file":"bundle","passwordFile":"{0}/password","owner":"nobody","mode":"0400"},
              {"client":"url-filter","format":"pem-split","file":"split","group":"nogroup"}]
            """;
        await using var server = StartServer();

        for (var round = 0; round < 2; round++)
        {
            var part = service.Client("url-filter");
            await service.ApplyAsync(part);
            var serial = Serial(part.Certificates["url-filter-cert"].Chain[0]);
            await ShowsAsync(server, serial, "--cert", service.Live("url-filter.pem"));
            await ShowsAsync(server, serial, "--cert-type", "P12", "--cert", $"{service.Live("bundle.p12")}:s3cret");
            await ShowsAsync(server, serial, "--cert", service.Live("split-chain.pem"), "--key", service.Live("split-key.pem"));
        }

        (await CurlAsync()).ExitCode.ShouldNotBe(0, "the server demands a certificate");
    }

    private static string Serial(string der) =>
        Cluster.Pki.Certificates.CertificateInfo.TryRead(Convert.FromBase64String(der))!.SerialNumber.TrimStart('0');

    private static async Task ShowsAsync(ClientServer server, string serial, params string[] certificate)
    {
        var answer = await server.Owner.CurlAsync(certificate);
        answer.Ok().Output.Replace(":", "", StringComparison.Ordinal).ShouldContain(serial, Case.Insensitive, server.Daemon.Output);
    }

    private ClientServer StartServer()
    {
        using var key = Cluster.Pki.Keys.PrivateKeyMaterial.Generate(Cluster.Pki.Keys.KeySpecification.EcP256);
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
