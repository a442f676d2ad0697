/** Sequence diagrams: Mermaid draws what typedoc shows as text. */
const blocks = document.querySelectorAll("pre:has(> code.mermaid)")
if (blocks.length > 0) {
  const script = document.createElement("script")
  script.src = `${document.documentElement.dataset.base}assets/mermaid.min.js`
  script.addEventListener("load", () => {
    for (const block of blocks) {
      const diagram = document.createElement("div")
      diagram.className = "mermaid"
      // Not textContent: the lines are apart by elements.
      diagram.textContent = block.querySelector("code").innerText
      block.replaceWith(diagram)
    }
    const theme = document.documentElement.dataset.theme
    const dark = theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches)
    window.mermaid.initialize({ startOnLoad: false, theme: dark ? "dark" : "neutral" })
    window.mermaid.run({ nodes: document.querySelectorAll("div.mermaid") })
  })
  document.head.append(script)
}
