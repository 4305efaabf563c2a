using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Nginx.Control;
using Cluster.Agent.Drivers.Nginx.Rendering;
using Cluster.Agent.Drivers.Protocols;
using Cluster.Contracts.Settings;
using Cluster.Verification.Tls;

namespace Cluster.Agent.Drivers.Nginx.Preflight;

/// <summary>
/// Tries whether this nginx, with the TLS library of this host and its rules, really takes the versions and ciphers of a block: a
/// directive that nginx accepts says nothing, since the library may leave out what it names. Keys of the trial are made for it and kept
/// nowhere.
/// </summary>
internal sealed class ProtocolTrial(ScratchNginx scratch)
{
    private const string RsaFile = "rsa.pem";
    private const string EcFile = "ec.pem";
    private const string Subject = "CN=trial.invalid";
    // Long: what is refused because the host was busy would stay refused.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly string[] Deciding = ["/etc/ssl/openssl.cnf", "/usr/lib/ssl/openssl.cnf"];
    private string passed = "";

    /// <summary>Why the block cannot be applied here, with the version or cipher; null = it can.</summary>
    public async Task<string?> RefusalAsync(TlsProtocolBlock block, bool isRecent, CancellationToken ct)
    {
        // It depends on the block, on the program and on the library's own rules alone.
        var asked = Question(block);
        if (passed == asked) return null;
        var refusal = await TryAsync(block, isRecent, ct);
        if (refusal is null) passed = asked;
        return refusal;
    }

    private async Task<string?> TryAsync(TlsProtocolBlock block, bool isRecent, CancellationToken ct)
    {
        if (ProtocolText.Unknown(block).FirstOrDefault() is { } unknown)
            return $"Cipher {unknown} is none that the agent knows, so that nothing could be proven of it. Leave it out.";
        if (!isRecent && ProtocolText.Ciphers(block, ofTls13: true).Length > 0)
            return "This nginx cannot be given ciphers of TLS 1.3 (1.19.4 and newer can). Name none of them.";
        return await scratch.UseAsync(() => AskAsync(block, isRecent, ct), ct);
    }

    private async Task<string?> AskAsync(TlsProtocolBlock block, bool isRecent, CancellationToken ct)
    {
        WriteKeys();
        var server = Snippet.Write("trial", scratch.PathOf(RsaFile), block, isRecent)
            .Concat(Snippet.Write("trial", scratch.PathOf(EcFile), block: null, isRecent: false));
        if (await scratch.StartAsync(Encoding.UTF8.GetString([.. server]), ct) is { } refused)
            return $"This nginx refuses the versions or ciphers: {refused}";
        var range = ProtocolText.Range(block, KeyKinds.Any);
        return await new TlsRangeProbe(scratch.ConnectAsync, Limit).LookAsync(range, serverName: null, ct) is { } problem
            ? "This nginx, with the TLS library of this host, does not take them as they are named. Tried beside the live service: "
                + $"{problem} Choose versions and ciphers that the host offers."
            : null;
    }

    private static string Question(TlsProtocolBlock block)
    {
        using var hash = new Fingerprint();
        hash.Add($"{block.Minimum} {block.Maximum} {string.Join(' ', block.Ciphers ?? [])}").AddFile(new FileInfo(NginxCommands.Program));
        foreach (var file in Deciding) hash.AddFile(new FileInfo(file));
        return hash.End();
    }

    private void WriteKeys()
    {
        using var rsa = RSA.Create(2048);
        Write(RsaFile, rsa, new CertificateRequest(Subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(EcFile, ec, new CertificateRequest(Subject, ec, HashAlgorithmName.SHA256));
    }

    private void Write(string file, AsymmetricAlgorithm key, CertificateRequest request)
    {
        var from = DateTimeOffset.UnixEpoch;
        using var certificate = request.CreateSelfSigned(from, from.AddYears(100));
        File.WriteAllText(scratch.PathOf(file), $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
    }
}
