using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cluster.Manager.Hosting.Endpoints;

/// <summary>
/// The certificate of the REST endpoint: that of the control CA, or given files, read again when they change. New handshakes
/// get the new one.
/// </summary>
internal sealed partial class RestCertificate(
    ManagerOptions options, IServerCertificate issued, TimeProvider clock, ILogger<RestCertificate> log)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(5);
    private readonly Lock gate = new();
    private SslStreamCertificateContext? current;
    private (DateTime Certificate, DateTime Key) stamps;
    private DateTimeOffset lookedAt;

    /// <summary>What the next handshake presents.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            if (options.RestCertificateFile is null) return issued.Current;
            lock (gate)
            {
                if (clock.GetUtcNow() - lookedAt >= LookAgain) TryReload();
                return current ?? throw new InvalidOperationException("The REST certificate is loaded at start, before the port listens.");
            }
        }
    }

    /// <summary>Reads the given files for the first time.</summary>
    /// <exception cref="StartRefusedException">They do not hold a certificate and its key.</exception>
    public void Load()
    {
        if (options.RestCertificateFile is null) return;
        try
        {
            lock (gate) Read();
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new StartRefusedException(
                $"The REST certificate cannot be used: {e.Message} Check --rest-cert {options.RestCertificateFile} and --rest-key "
                    + $"{options.RestKeyFile}.",
                e);
        }
    }

    private void TryReload()
    {
        lookedAt = clock.GetUtcNow();
        try
        {
            if (Stamps() == stamps) return;
            Read();
            LogReloaded(log, options.RestCertificateFile!);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Somebody may be in the middle of replacing the pair; the last good one goes on until both fit.
            LogNotReloaded(log, options.RestCertificateFile!, e.Message);
        }
    }

    private void Read()
    {
        var seen = Stamps();
        using var pair = X509Certificate2.CreateFromPemFile(options.RestCertificateFile!, options.RestKeyFile!);
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(options.RestCertificateFile!);
        // A key that lives only in this process's memory object cannot be used by the TLS library in every case; a PKCS#12 round trip can.
        var leaf = X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        current = SslStreamCertificateContext.Create(leaf, [.. all.Skip(1)], offline: true);
        stamps = seen;
        lookedAt = clock.GetUtcNow();
    }

    private (DateTime Certificate, DateTime Key) Stamps() =>
        (File.GetLastWriteTimeUtc(options.RestCertificateFile!), File.GetLastWriteTimeUtc(options.RestKeyFile!));

    [LoggerMessage(1203, LogLevel.Information, "The REST certificate was read again from {File}.", EventName = "RestCertificateReloaded")]
    private static partial void LogReloaded(ILogger log, string file);

    [LoggerMessage(
        1202, LogLevel.Warning,
        "The REST certificate in {File} cannot be used; the one before stays: {Reason}",
        EventName = "RestCertificateNotReloaded")]
    private static partial void LogNotReloaded(ILogger log, string file, string reason);
}
