using System.Net;
using System.Net.Sockets;
using Cluster.Contracts.Settings;
using Cluster.Pki.Keys;
using Cluster.Testing;
using Cluster.Testing.Authorities;
using Cluster.Testing.Processes;
using Cluster.Verification.Guard;
using Cluster.Verification.Tests.Smtp;
using Cluster.Verification.Tls;
using Shouldly;
using Xunit;

namespace Cluster.Verification.Tests.Tls;

/// <summary>Bare ClientHellos against servers of openssl, which let old versions in when they are told to.</summary>
public sealed class ClientHelloProbeTests : IAsyncLifetime
{
    private const string Lenient = "ALL:@SECLEVEL=0";
    private readonly TestDirectory directory = new("hello");
    private readonly int port = FreePort.Next();
    private Daemon? server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        using var ca = new TestCa();
        foreach (var (file, kind) in new[] { ("rsa", KeySpecification.Rsa2048), ("ec", KeySpecification.EcP256) })
        {
            using var key = PrivateKeyMaterial.Generate(kind);
            File.WriteAllText(
                directory[file + ".pem"],
                $"{System.Security.Cryptography.PemEncoding.WriteString("PRIVATE KEY", key.ExportPkcs8())}\n"
                    + ca.IssueFor(key.Public, "hello.example.test").ToPem());
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        directory.Dispose();
    }

    [Theory]
    [InlineData("-tls1", 0)]
    [InlineData("-tls1_1", 1)]
    [InlineData("-tls1_2", 2)]
    [InlineData("-tls1_3", 3)]
    public async Task Each_version_is_taken_by_a_server_of_it_and_by_no_other(string only, int version)
    {
        await StartAsync(only, "-cipher", Lenient);
        foreach (var asked in Enum.GetValues<TlsVersion>())
            (await AskAsync(new HelloOffer { Version = asked })).IsAccepted.ShouldBe((int)asked == version, $"{asked}");
        (await AskAsync(new HelloOffer { Version = (TlsVersion)((version + 1) % 4) })).Refusal.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task The_suite_and_the_leaf_that_are_chosen_are_told_and_follow_the_kind_of_key()
    {
        await StartAsync("-tls1_2", "-cipher", Lenient, "-dcert", directory["ec.pem"], "-dkey", directory["ec.pem"]);
        var suite = CipherSuites.ByName["ECDHE-RSA-AES128-GCM-SHA256"];
        var rsa = await AskAsync(new HelloOffer { Version = TlsVersion.Tls12, Suites = [suite.Code], ServerName = "hello.example.test" });
        (rsa.IsAccepted, CipherSuites.NameOf(rsa.Suite)).ShouldBe((true, suite.Name));
        var ec = await AskAsync(
            new HelloOffer
            {
                Version = TlsVersion.Tls12,
                Suites = [CipherSuites.ByName["ECDHE-ECDSA-AES128-GCM-SHA256"].Code],
                KeyKinds = KeyKinds.Ecdsa,
            });
        ec.IsAccepted.ShouldBeTrue();
        ec.Leaf!.Value.ToArray().ShouldNotBe(rsa.Leaf!.Value.ToArray());
    }

    [Fact]
    public async Task In_TLS_1_3_a_client_of_another_kind_of_key_is_refused()
    {
        await StartAsync("-tls1_3");
        (await AskAsync(new HelloOffer { Version = TlsVersion.Tls13, KeyKinds = KeyKinds.Rsa })).IsAccepted.ShouldBeTrue();
        var refused = await AskAsync(new HelloOffer { Version = TlsVersion.Tls13, KeyKinds = KeyKinds.Ecdsa });
        refused.Refusal.ShouldContain("handshake failure");
    }

    /// <summary>Named by the server, but its library may not sign for it at that level of security.</summary>
    [Fact]
    public async Task A_version_that_the_library_cannot_complete_is_not_taken()
    {
        await StartAsync("-tls1", "-cipher", "DEFAULT:@SECLEVEL=1");
        (await AskAsync(new HelloOffer { Version = TlsVersion.Tls10 })).IsAccepted.ShouldBeFalse();
    }

    [Fact]
    public async Task A_range_is_held_in_versions_suites_and_order()
    {
        string[] names = ["ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256"];
        await StartAsync(
            "-no_tls1", "-no_tls1_1", "-cipher", string.Join(':', names), "-serverpref", "-ciphersuites", "TLS_AES_256_GCM_SHA384");
        var suites = names.Append("TLS_AES_256_GCM_SHA384").Select(n => CipherSuites.ByName[n]).ToList();
        var range = new TlsRange { Minimum = TlsVersion.Tls12, Suites = suites, KeyKinds = KeyKinds.Rsa };

        (await LookAsync(range)).ShouldBeNull();
        (await LookAsync(range with { Minimum = TlsVersion.Tls11 })).ShouldStartWith("A client of tls1.1 is refused: ");
        (await LookAsync(range with { Minimum = TlsVersion.Tls13 })).ShouldBe(Taken("tls1.2"));
        (await LookAsync(range with { Maximum = TlsVersion.Tls12 })).ShouldBe(Taken("tls1.3"));
        (await LookAsync(range with { Suites = [suites[1]] })).ShouldBe(
            "The cipher ECDHE-RSA-AES256-GCM-SHA384 is taken, which is not among those named.");
        (await LookAsync(range with { Suites = [suites[1], suites[0]] })).ShouldBe(
            "The cipher ECDHE-RSA-AES256-GCM-SHA384 is preferred to ECDHE-RSA-AES128-GCM-SHA256, which is named first.");
        var more = CipherSuites.ByName["ECDHE-RSA-CHACHA20-POLY1305"];
        (await LookAsync(range with { Suites = [.. suites, more] }))!.ShouldContain("that offers ECDHE-RSA-CHACHA20-POLY1305 is refused");
    }

    [Fact]
    public async Task What_is_no_TLS_is_no_answer()
    {
        await using var clear = new FakeSmtpServer("220 mx", new Dictionary<string, string>());
        var probe = new TlsRangeProbe(
            async ct => await GuardedSocket.ConnectAsync(new OwnHostGuard(), clear.EndPoint, ct), TimeSpan.FromSeconds(5));
        (await probe.LookAsync(new TlsRange { Minimum = TlsVersion.Tls12 }, null, Cancellation)).ShouldBe(
            "Asked for tls1.0: What answers there does not speak TLS.");
    }

    private static string Taken(string version) => $"A client of {version} is taken, which is not among the versions.";

    private async Task StartAsync(params string[] arguments)
    {
        server = Daemon.Start(
            "/usr/bin/openssl",
            [
                "s_server", "-accept", $"127.0.0.1:{port}", "-cert", directory["rsa.pem"], "-key", directory["rsa.pem"], "-quiet",
                .. arguments,
            ]);
        await Eventually.Is(AnswersAsync, "openssl listens");
    }

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        return true;
    }

    private async Task<Stream> OpenAsync(CancellationToken ct) =>
        await GuardedSocket.ConnectAsync(new OwnHostGuard(), new IPEndPoint(IPAddress.Loopback, port), ct);

    private async Task<ServerHelloSeen> AskAsync(HelloOffer offer)
    {
        await using var connection = await OpenAsync(Cancellation);
        return await ClientHelloProbe.AskAsync(connection, offer, Cancellation);
    }

    private Task<string?> LookAsync(TlsRange range) =>
        new TlsRangeProbe(OpenAsync, TimeSpan.FromSeconds(10)).LookAsync(range, null, Cancellation);
}
