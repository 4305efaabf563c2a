using System.Diagnostics;
using System.Text;

namespace Cluster.Pki.Tests.Corpus;

/// <summary>Runs another implementation's program.</summary>
internal static class Tool
{
    /// <summary>Runs a program that must succeed; returns its output and error text.</summary>
    public static async Task<string> Run(string program, IReadOnlyList<string> arguments, byte[]? input = null, string? directory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? string.Empty,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null) await process.StandardInput.BaseStream.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        var text = new StringBuilder(await output).Append(await error).ToString();
        return process.ExitCode == 0
            ? text
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit {process.ExitCode}\n{text}");
    }
}
