using System.Net.Sockets;
using Cluster.Agent.Drivers.Nginx.Control;

namespace Cluster.Agent.Drivers.Nginx.Preflight;

/// <summary>
/// An nginx of the agent's own for a moment, with one server on a socket in a private directory: nobody else can reach it. The directory
/// has a fixed name, so that one left by a killed agent is found and ended.
/// </summary>
internal sealed class ScratchNginx(NginxCommands commands, string root)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Main => Path.Combine(root, "nginx.conf");

    private string PidFile => Path.Combine(root, "pid");

    private string Socket => Path.Combine(root, "s");

    /// <summary>
    /// Makes its directory anew, ends what a killed agent left in it, lets it be used, and ends and removes it whatever comes of that.
    /// </summary>
    public async Task<string?> UseAsync(Func<Task<string?>> use, CancellationToken ct)
    {
        await EndAsync(ct);
        Directory.CreateDirectory(root, Private);
        try
        {
            return await use();
        }
        finally
        {
            await EndAsync(CancellationToken.None);
        }
    }

    /// <summary>A path in its directory.</summary>
    public string PathOf(string file) => Path.Combine(root, file);

    /// <summary>Lets nginx judge directives of a server, without starting anything.</summary>
    /// <returns>What nginx says against them; null = nothing.</returns>
    public async Task<string?> TestAsync(string server, CancellationToken ct)
    {
        Write(server);
        var result = await commands.TestAsync(Main, ct);
        return result.Succeeded ? null : result.Said;
    }

    /// <summary>Starts it.</summary>
    /// <returns>Why it did not start; null when it listens.</returns>
    public async Task<string?> StartAsync(string server, CancellationToken ct)
    {
        Write(server);
        var result = await commands.StartOwnAsync(Main, ct);
        return result.Succeeded ? null : result.Said;
    }

    /// <summary>Opens a connection to it.</summary>
    public async Task<Stream> ConnectAsync(CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task EndAsync(CancellationToken ct)
    {
        if (!Directory.Exists(root)) return;
        if (WorkerProcesses.MainOf(PidFile) != 0)
        {
            await commands.StopOwnAsync(Main, ct);
            for (var i = 0; i < 250 && WorkerProcesses.MainOf(PidFile) != 0; i++)
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, ct);
        }

        Directory.Delete(root, recursive: true);
    }

    private void Write(string server) => File.WriteAllText(
        Main,
        $$"""
        pid {{PidFile}};
        error_log {{PathOf("log")}};
        master_process off;
        events { worker_connections 64; }
        http {
            access_log off;
            client_body_temp_path {{PathOf("t1")}};
            proxy_temp_path {{PathOf("t2")}};
            fastcgi_temp_path {{PathOf("t3")}};
            uwsgi_temp_path {{PathOf("t4")}};
            scgi_temp_path {{PathOf("t5")}};
            server {
                listen unix:{{Socket}} ssl;
                {{server}}
            }
        }

        """);
}
