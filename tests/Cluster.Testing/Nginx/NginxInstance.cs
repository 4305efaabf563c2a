using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using Cluster.Testing.Processes;

namespace Cluster.Testing.Nginx;

/// <summary>
/// A private nginx on loopback, with its own configuration, logs and process id; needs root, as the agent's files are root's. Stopped and
/// removed when disposed.
/// </summary>
public sealed class NginxInstance : IAsyncDisposable
{
    private const string Program = "/usr/sbin/nginx";
    private const int Workers = 2;
    private readonly TestDirectory directory = new("nginx");

    private NginxInstance(NginxOptions options)
    {
        ConfigDirectory = options.ConfigDirectory ?? directory.Make("etc");
        Ports = options.Interfaces.Zip(FreePort.Next(options.Interfaces.Count)).ToDictionary(p => p.First, p => p.Second);
    }

    /// <summary>Why a test that needs nginx cannot run here; empty when it can.</summary>
    public static string WhyNot => (Host.IsRoot, File.Exists(Program)) switch
    {
        (false, _) => "needs root",
        (_, false) => "needs the package nginx-light",
        _ => "",
    };

    /// <summary>Its configuration directory.</summary>
    public string ConfigDirectory { get; }

    /// <summary>Its main configuration file.</summary>
    public string ConfigFile => Path.Combine(ConfigDirectory, "nginx.conf");

    /// <summary>Port of each interface, by name.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; private set; }

    /// <summary>Port of the only or first interface.</summary>
    public int Port => Ports.Values.First();

    /// <summary>Everything in its log.</summary>
    public string Log => UnlockedFile.Read(directory["error.log"]);

    /// <summary>How often it has read its configuration anew.</summary>
    public int Reloads => Regex.Count(Log, "SIGHUP.*reconfiguring");

    /// <summary>File with the process id of its main process.</summary>
    public string PidFile => directory["pid"];

    /// <summary>Process id of its main process; 0 when it does not run.</summary>
    public int MainPid => int.TryParse(UnlockedFile.Read(PidFile).Trim(), out var pid) && Host.IsAlive(pid) ? pid : 0;

    /// <summary>SHA-256 of the certificate that its administrator has for as long as nothing is applied.</summary>
    public string FallbackSha256 { get; private set; } = "";

    /// <summary>Key and certificate of the same.</summary>
    public string Fallback => directory["fallback.pem"];

    /// <summary>Writes an instance; it is not started.</summary>
    public static NginxInstance Create(NginxOptions? options = null)
    {
        options ??= new NginxOptions();
        var instance = new NginxInstance(options);
        instance.WriteFallback();
        instance.Write(options);
        return instance;
    }

    /// <summary>Writes an instance and starts it.</summary>
    public static async Task<NginxInstance> StartNewAsync(NginxOptions? options = null)
    {
        var instance = Create(options);
        await instance.StartAsync();
        return instance;
    }

    /// <summary>Writes its configuration anew, as an administrator does; it goes on with the old one until it is reloaded.</summary>
    public void Write(NginxOptions options) => File.WriteAllText(ConfigFile, Text(options));

    /// <summary>Has all interfaces at one port from the next time that its configuration is written.</summary>
    public void Share(int port) => Ports = Ports.ToDictionary(p => p.Key, _ => port);

    /// <summary>Starts it; it listens when this returns.</summary>
    public async Task StartAsync() => (await Command.RunAsync(Program, ["-c", ConfigFile])).Ok();

    /// <summary>Lets it read its configuration anew, as an administrator does, and waits until it was told.</summary>
    public async Task ReloadAsync() => (await Command.RunAsync(Program, ["-s", "reload", "-c", ConfigFile])).Ok();

    /// <summary>The same, and waits until nobody is served by the old configuration.</summary>
    public async Task ReloadedAsync()
    {
        var before = Host.ChildrenOf(MainPid);
        await ReloadAsync();
        await Eventually.Is(() => before.All(p => !Host.IsAlive(p)), "the old processes are gone");
    }

    /// <summary>Waits until clients are shown the leaf of a file, and no reload that was asked for before is still under way.</summary>
    public async Task ServesOnlyAsync(string certificateFile)
    {
        using var leaf = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
        await Eventually.Is(
            async () => Host.ChildrenOf(MainPid).Count == Workers
                && string.Equals(await HttpsProbe.SerialAsync(Port), leaf.SerialNumber, StringComparison.OrdinalIgnoreCase),
            "only the newest configuration serves");
    }

    /// <summary>Ends it, as a supervisor does, and waits until its processes are gone.</summary>
    public async Task StopAsync()
    {
        if (MainPid is not (> 0 and var pid)) return;
        int[] all = [pid, .. Host.ChildrenOf(pid)];
        Host.Terminate(pid);
        await Eventually.Is(() => all.All(p => !Host.IsAlive(p)), "nginx has stopped");
    }

    /// <summary>The leaf that a client is shown; the caller disposes it.</summary>
    public Task<X509Certificate2> ServedAsync(string management, string? serverName = null) =>
        HttpsProbe.ServedAsync(Ports[management], serverName);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (MainPid is > 0 and var pid)
        {
            int[] all = [pid, .. Host.ChildrenOf(pid)];
            foreach (var one in all) Host.Kill(one);
            await Eventually.Is(() => all.All(p => !Host.IsAlive(p)), "every nginx process is gone");
        }

        directory.Dispose();
    }

    private void WriteFallback()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=fallback.invalid", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        FallbackSha256 = Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
        File.WriteAllText(Fallback, $"{key.ExportPkcs8PrivateKeyPem()}\n{certificate.ExportCertificatePem()}\n");
    }

    private string Text(NginxOptions options) =>
        $$"""
        user root;
        worker_processes {{Workers}};
        pid {{PidFile}};
        error_log {{directory["error.log"]}} notice;
        {{options.Main}}
        events { worker_connections 256; }
        http {
            access_log off;
            client_body_temp_path {{directory["t1"]}};
            proxy_temp_path {{directory["t2"]}};
            fastcgi_temp_path {{directory["t3"]}};
            uwsgi_temp_path {{directory["t4"]}};
            scgi_temp_path {{directory["t5"]}};
            {{(options.HasFallback ? $"ssl_certificate {Fallback}; ssl_certificate_key {Fallback};" : "ssl_reject_handshake on;")}}
            {{options.Http}}
            {{options.OthersBefore.Replace("PORT", $"{Port}", StringComparison.Ordinal)}}
            {{string.Concat(Ports.Select(p => Server(options, p.Key, p.Value)))}}
            {{options.Others.Replace("PORT", $"{Port}", StringComparison.Ordinal)}}
        }

        """;

    private string Server(NginxOptions options, string name, int port) =>
        $$"""
        server {
            listen 127.0.0.1:{{port}} {{options.Listen}};
            server_name {{name}}.example.test;
            {{(!options.Without.Contains(name) ? $"include {ConfigDirectory}/cluster/current/{name}.con[f];" : "")}}
            {{options.Server}}
            location / { return 200 "{{name}}\n"; }
        }

        """;
}
