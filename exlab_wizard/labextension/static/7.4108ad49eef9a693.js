"use strict";(self.rspackChunkexlab_wizard=self.rspackChunkexlab_wizard||[]).push([[7],{4(e,t,i){i.r(t);var a=i(5),s=i(6),n=i(7),r=i(8),l=i(9),o=i(10),h=i(11),d=i(12),c=class extends Error{status;code;constructor(e,t,i){super(i),this.status=e,this.code=t}};function p(e,t,i){return`${e}/${t.split("/").map(encodeURIComponent).join("/")}/${i}`}async function u(e,t,i,a=1e4){let s,n={"Content-Type":"application/json","X-XSRFToken":/(?:^|;\s*)_xsrf=([^;]*)/.exec(document.cookie)?.[1]??""},r=AbortSignal.timeout(a);try{let a=void 0===i?void 0:JSON.stringify(i);s=await fetch(t,{method:e,headers:n,body:a,signal:r,credentials:"same-origin",cache:"no-store"})}catch{throw new c(0,"unreachable","The staging service does not answer.")}let l=await s.json().catch(()=>null);if(s.ok&&null!==l)return l;throw function(e,t){let{code:i="",message:a=i}=t??{};return([401,403].includes(e.status)||e.redirected)&&(!i||/not signed in/i.test(a))?new c(403,"signed_out","This page is no longer signed in to the server. Reload the page, and sign in if asked."):i?new c(e.status,i,a):404===e.status?new c(404,"not_installed","This Jupyter server has no staging service. Run `jupyter server extension enable exlab_wizard` where the server runs, and start it again."):new c(0,"unreachable",`The staging service does not answer properly (HTTP ${e.status}).`)}(s,l)}var b={Receiving:{icon:"receiving",tone:"grey",rank:2},Waiting:{icon:"waiting",tone:"wait",rank:2},Syncing:{icon:"syncing",tone:"blue",rank:1},Verifying:{icon:"verifying",tone:"blue",rank:1},Stalled:{icon:"stalled",tone:"amber",rank:1},Blocked:{icon:"blocked",tone:"amber",rank:1},Failed:{icon:"failed",tone:"red",rank:1},Verified:{icon:"verified",tone:"green",rank:3},Paused:{icon:"paused",tone:"grey",rank:2},Clearing:{icon:"moving",tone:"grey",rank:1},Restoring:{icon:"moving",tone:"grey",rank:1},Cleared:{icon:"cleared",tone:"grey",rank:4}},g=new Set(["Syncing","Verifying","Clearing","Restoring"]);function f(e){return b[e]??b.Waiting}function x(e){return g.has(e.display_state)}function m(e){let t=e.map(e=>{var t,i;return{path:e.path,rank:(t=e).needs_attention?0:f(t.display_state).rank,stamp:(i=e.path).slice(i.lastIndexOf("_")+1)}});return t.sort((e,t)=>{var i,a,s,n;return e.rank-t.rank||(i=t.stamp,i<(a=e.stamp)?-1:+(i>a))||(s=e.path,s<(n=t.path)?-1:+(s>n))}),t.map(e=>e.path)}var w=new Set(["Verified","Cleared","Failed","Blocked","Paused"]),v=class{api;rows=new Map;station=null;link={state:"loading",message:"",code:"",since:null};revision=null;onChange=null;visible=!0;quiet=!1;asking=!1;askAgain=!1;stopped=!0;failures=0;hotUntil=0;askedAt=0;timer=0;stopListening=null;failedAt=null;constructor(e){this.api=e}start(e){this.onChange=e,this.stopped=!1,this.stopListening=this.api.listen(()=>this.hint()),this.ask()}stop(){this.stopped=!0,window.clearTimeout(this.timer),this.stopListening?.()}setVisible(e){let t=e&&!this.visible;this.visible=e,t&&this.ask()}setQuiet(e){let t=this.quiet&&!e;this.quiet=e,t&&this.ask()}seed(e){for(let t of(this.station=e.station,e.rows))this.rows.set(t.path,{...t,receivedAt:performance.now()})}wake(){this.hotUntil=performance.now()+6e3,this.ask()}hint(){let e=this.askedAt+(this.quiet?2e3:200)-performance.now();e<=0?this.ask():this.schedule(e)}async ask(){if(!this.stopped&&this.visible){if(this.asking){this.askAgain=!0;return}this.asking=!0,this.askedAt=performance.now();try{this.accept(await this.api.overview(this.revision))}catch(e){this.fail(e)}this.asking=!1,this.schedule(this.askAgain?200:this.pause()),this.askAgain=!1}}schedule(e){window.clearTimeout(this.timer),this.stopped||(this.timer=window.setTimeout(()=>void this.ask(),e))}pause(){if("live"!==this.link.state)return 1===this.failures||"station_starting"===this.link.code?1e3:5e3;let e=[...this.rows.values()];return performance.now()<this.hotUntil||e.some(x)?this.quiet?2e3:500:e.every(e=>w.has(e.display_state))?4e3:2e3}accept(e){let t=null===e.since||null===this.revision||e.revision<this.revision;if(t&&null!==e.since){this.revision=null,this.askAgain=!0;return}let i=this.mergeRows(e,t);this.revision=e.revision;let{runs:a,removed:s,revision:n,since:r,...l}=e;this.station=l,this.failures=0;let o=this.setLink({state:"live",message:"",code:"",since:null});this.onChange?.({link:o,...i})}mergeRows(e,t){let i=t?this.missingIn(e.runs):e.removed;i.forEach(e=>this.rows.delete(e));let a=i.length>0;for(let t of e.runs){let e=this.rows.get(t.path);a||=e?.display_state!==t.display_state||e.needs_attention!==t.needs_attention,this.rows.set(t.path,{...t,receivedAt:performance.now()})}return{rows:new Set(e.runs.map(e=>e.path)),order:a}}missingIn(e){let t=new Set(e.map(e=>e.path));return[...this.rows.keys()].filter(e=>!t.has(e))}fail(e){let t=e instanceof c?e:new c(0,"unreachable",String(e));if(this.failures+=1,"unreachable"===t.code&&1===this.failures){this.failedAt=new Date;return}this.revision=null;let i="unreachable"===t.code,a=i?this.failedAt??new Date:null;this.setLink({state:i?"down":"refused",message:t.message,code:t.code,since:a})&&this.onChange?.({link:!0,rows:new Set,order:!1})}setLink(e){let t=this.link;return this.link=e,t.state!==e.state||t.code!==e.code||t.message!==e.message}},y=class{feed;listeners=new Set;lookers=new Set;onPage=()=>this.feed.setVisible(!document.hidden);constructor(e){this.feed=new v(e),this.feed.setQuiet(!0)}start(){document.addEventListener("visibilitychange",this.onPage),this.feed.start(e=>this.listeners.forEach(t=>t(e))),this.onPage()}stop(){document.removeEventListener("visibilitychange",this.onPage),this.feed.stop()}view(){return new k(this)}listen(e){return this.listeners.add(e),()=>this.listeners.delete(e)}look(e,t){t?this.lookers.add(e):this.lookers.delete(e),this.feed.setQuiet(0===this.lookers.size)}},k=class{constructor(e){this.shared=e}shared;visible=!0;onChange=null;unlisten=null;missed=null;get rows(){return this.shared.feed.rows}get station(){return this.shared.feed.station}get link(){return this.shared.feed.link}start(e){this.onChange=e,this.unlisten=this.shared.listen(e=>this.hear(e)),this.shared.look(this,this.visible),"live"===this.link.state&&this.hear({link:!1,rows:new Set(this.rows.keys()),order:!0})}stop(){this.unlisten?.(),this.unlisten=null,this.shared.look(this,!1)}seed(e){}setVisible(e){if(this.visible=e,!this.unlisten)return;this.shared.look(this,e);let t=this.missed;e&&t&&(this.missed=null,this.onChange?.(t))}wake(){this.shared.feed.wake()}hear(e){var t,i;this.visible?this.onChange?.(e):this.missed=this.missed?(t=this.missed,i=e,{link:t.link||i.link,rows:new Set([...t.rows,...i.rows]),order:t.order||i.order}):e}},_={cells:[{cell_type:"markdown",id:"about",metadata:{},source:["# Staging\n","\n","What the instruments have brought to this computer, and whether it is safe on the NAS. **Verified** means that every byte was\n","read back from the NAS: only then can the copy here be cleared.\n","\n","Run the next cell once. The table stays live by itself, also while other cells run."]},{cell_type:"code",execution_count:null,id:"panel",metadata:{},outputs:[],source:["from exlab_wizard import StagingPanel\n","\n","panel = StagingPanel()\n","panel"]},{cell_type:"markdown",id:"panel-text",metadata:{},source:["## What the panel tells Python\n","\n",'Tick runs in the table: `panel.selected` has their paths. `StagingPanel(equipment="CONFOCAL_01", states=["Verified", "Failed"],\n','height=400)` shows a part. `panel.observe(function, "selected")` calls a function of yours at each change; `runs` and `summary` can be\n',"observed, too."]},{cell_type:"code",execution_count:null,id:"panel-traits",metadata:{},outputs:[],source:['print(panel.summary.get("text", "No staging service answers yet: run this cell again."))\n','print("Selected:", *panel.selected or ["nothing yet: tick runs in the table and run this cell again"], sep="\\n  ")']},{cell_type:"markdown",id:"list-text",metadata:{},source:["## The same in Python\n","\n","`connect()` finds the server this notebook runs under. `list()` takes `equipment=`, `states=`, `project=`, `kind=` and\n","`attention=True`."]},{cell_type:"code",execution_count:null,id:"list",metadata:{},outputs:[],source:["from exlab_wizard import connect\n","\n","staging = connect()\n","staging.list()"]},{cell_type:"markdown",id:"open-text",metadata:{},source:["## Wait for a run and open its files\n","\n","`wait()` returns once the run is verified on the NAS. `path()` is where its files can be read: here, and after clearing on the\n","NAS, so a script that uses it keeps working. Put the name of your own run in place of the newest one, as\n",'`run = "Run_2026-04-17T14-32"`.']},{cell_type:"code",execution_count:null,id:"open",metadata:{},outputs:[],source:['under_way = staging.list(states=["Syncing", "Verifying", "Verified"])\n',"\n","if len(under_way):\n","    run = under_way[0]\n",'    staging.wait(run, until="sync_verified", timeout=30)\n',"    folder = staging.path(run)\n",'    files = [file for file in sorted(folder.rglob("*")) if file.is_file() and ".exlab-wizard" not in file.parts]\n','    print(folder, *(f"{file.relative_to(folder)}  {file.stat().st_size:,} bytes" for file in files[:10]), sep="\\n")\n',"else:\n",'    print("No run has come this far yet: run this cell again when the panel shows one.")']},{cell_type:"markdown",id:"table-text",metadata:{},source:["## The panel's runs as a data frame\n","\n","`panel.table()` reads them from the server now; it needs pandas."]},{cell_type:"code",execution_count:null,id:"table",metadata:{},outputs:[],source:['columns = ["display_state", "equipment_id", "project_name", "file_count", "byte_total", "last_activity_at", "proven_at"]\n',"\n","try:\n",'    frame = panel.table().set_index("path")[columns].head(20)\n',"except ImportError as missing:\n","    frame = print(missing)\n","frame"]}],metadata:{kernelspec:{display_name:"Python 3 (ipykernel)",language:"python",name:"python3"},language_info:{name:"python"}},nbformat:4,nbformat_minor:5},$="staging.ipynb";async function S(e,t,i){if(!t.length)return await (0,s.showDialog)({title:e,body:i,buttons:[s.Dialog.okButton()]}),"";let a=new Map(t.map(e=>[e.path,function(e){let[t,i,,a]=e.path.split("/");return`${a??e.path} (${t}, ${i}): ${e.display_state}`}(e)])),n=m(t),r=n.map(e=>a.get(e)??e),l=await s.InputDialog.getItem({title:e,label:"Run",items:r,okLabel:"Choose"});return n[l.button.accept&&l.value?r.indexOf(l.value):-1]??""}var A=[C("force_sync","Force sync","Force sync of which run?","be synced"),C("clear","Clear…","Clear the local copy of which run?","be cleared"),C("verify","Verify again","Verify which run again?","be verified again"),C("restore","Restore","Restore which run from the NAS?","be restored"),C("pause","Pause","Pause which run?","be paused"),C("resume","Resume","Resume which run?","be resumed"),C("retry","Retry","Retry which run?","be tried again"),C("log","Show log","Show the log of which run?","show a log")];function C(e,t,i,a){return{id:`exlab-wizard:${e.replace("_","-")}`,action:e,label:t,question:i,none:`No run can ${a} now.`}}var E=new h.LabIcon({name:"exlab-wizard:staging",svgstr:`<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">
  <g class="jp-icon3" fill="#616161">
    <path d="M2 2h12v4H2zm1.2 1.2v1.6h9.6V3.2z" fill-rule="evenodd"/>
    <path d="M3 6h1.2v6.8h7.6V6H13v8H3z"/>
    <path d="M7.3 11.6 5 9.3l.9-.9 1.4 1.4 3-3 .9.9z"/>
  </g>
</svg>`}),M="exlab-wizard:open",q="exlab-wizard:open-tab",T="exlab-wizard:reveal",L=class{constructor(e,t,i){this.app=e,this.desk=t,this.feed=i}app;desk;feed;async onRun(e,t){var i,a;let s=(i=this.rows(),a=e.action,i.filter(e=>e.actions.includes(a))),n=this.meant(t,s)||await S(e.question,s,e.none);if(!n)return;let r=await this.desk.current();r.reveal(n),r.act(e.action,n)}async reveal(e){let t=this.rows(),i=O(e)||await S("Reveal which run?",t,"Nothing is staged.");i&&((await this.desk.current()).reveal(i),await this.browse(i))}async openNotebook(e){let t=e.cwd;try{let e="string"==typeof t?t:function(e){for(let t of e.shell.widgets("left")){if("filebrowser"!==t.id)continue;let e=t.model?.path;return"string"==typeof e?e.replace(/^[^/]*:/,""):""}return""}(this.app),i=await async function(e,t){let i=t?`${t}/${$}`:$;return await async function(e,t){return(await e.get(t,{content:!0})).content.some(e=>e.name===$)}(e,t)||await e.save(i,{type:"notebook",format:"json",content:_}),i}(this.app.serviceManager.contents,e);await this.app.commands.execute("docmanager:open",{path:i})}catch(e){await (0,s.showErrorMessage)("The staging notebook could not be opened",e instanceof Error?e:String(e))}}meant(e,t){let i=O(e);if(i)return i;let a=this.desk.activeRun;return t.some(e=>e.path===a)?a:""}async browse(e){var t;let i,a=this.feed.feed.station;if(!a||!this.feed.feed.rows.get(e)?.local_data||!this.app.commands.hasCommand(R))return;let s=function(e,t){if(e.startsWith("file:///"))try{return decodeURIComponent(new URL(e).pathname)}catch{return""}return t.startsWith("/")?t:""}(n.PageConfig.getOption("rootUri"),n.PageConfig.getOption("serverRoot")),r=(t=`${a.staging_root.replace(/\/+$/,"")}/${e}`,i=s.replace(/\/+$/,""),s.startsWith("/")&&t.startsWith(`${i}/`)?t.slice(i.length+1):null);null!==r&&await this.app.commands.execute(R,{path:r,dontShowBrowser:!0})}rows(){return[...this.feed.feed.rows.values()]}},R="filebrowser:open-path";function O(e){return"string"==typeof e.run?e.run:""}function N(e){let t=Date.parse(e.at);return{from:t-864e5,to:t}}function P(e){let t=N(e),i=[];for(let a of e.points){let s=Math.max(Date.parse(a.at),t.from),n=Math.min(Date.parse(a.at)+1e3*e.bucket_seconds,t.to),r=i.at(-1);if(!(n>s)||r&&s<r.to-6e4)continue;let l=Math.max(0,a.bytes_synced);i.push({from:s,to:n,bytes:l,bytesPerSecond:1e3*l/Math.max(n-s,12e4),...function(e){let{disk_free:t,disk_total:i}=e;return null===t||null===i||i<=0?{full:null,free:null}:{full:Math.min(1,Math.max(0,1-t/i)),free:t}}(a)})}return i}function j(e){let t=[];for(let i of e){let e=t.at(-1),a=e?.at(-1);e&&a&&i.from-a.to<=.5*(a.to-a.from)?e.push(i):t.push([i])}return t}var z=["B","KiB","MiB","GiB","TiB","PiB","EiB"],V=new Intl.NumberFormat("en-GB"),D=new Intl.DateTimeFormat("en-GB",{hour:"2-digit",minute:"2-digit"}),F=new Intl.DateTimeFormat("en-GB",{day:"numeric",month:"short"}),I=new Intl.DateTimeFormat("en-GB",{dateStyle:"short",timeStyle:"medium"});function B(e){let t=Math.max(0,e),i=0;for(;Math.round(t)>=1024&&i<z.length-1;)t/=1024,i+=1;let a=+(i>0&&t<9.95);return`${t.toFixed(a)} ${z[i]}`}function H(e){return V.format(Math.round(e))}var K=/[\u202a-\u202e\u2066-\u2069]/g;function W(e){return e.replace(K,e=>`\\u${e.charCodeAt(0).toString(16)}`)}function U(e,t){return`${H(e)} ${t}${1===e?"":"s"}`}function J(e){let t;return e>86400?"more than a day":e<10?"a few seconds":e<55?`about ${10*Math.round(e/10)} s`:e<3450?`about ${(t=Math.max(1,Math.round(e/60)))<=10?t:5*Math.round(t/5)} min`:`about ${Math.round(e/3600*2)/2} h`}function G(e){let t=Math.max(0,e);return t<60?`${Math.floor(t)} s`:t<3600?`${Math.floor(t/60)} min`:t<86400?`${Math.floor(t/3600)} h`:U(Math.floor(t/86400),"day")}function Z(e){return e<5?"just now":`${G(e)} ago`}function Q(e,t=new Date){if(Number.isNaN(e.getTime()))return"an unknown time";let i=D.format(e);return e.toDateString()===t.toDateString()?i:`${F.format(e)}, ${i}`}var X=/(?:\b(\d{4}-\d{2}-\d{2})[ T])?\b(\d{2}:\d{2})(:\d{2})? UTC\b/g;function Y(e,t=new Date){return e.replace(X,(e,i,a,s="")=>{let n=new Date(`${i??t.toISOString().slice(0,10)}T${a}:00Z`);return`${i?Q(n,t):D.format(n)}${s}`})}function ee(e){let t=new Date(e);if(Number.isNaN(t.getTime()))return"";let i=t.toISOString().replace("T"," ").slice(0,19);return`${I.format(t)} (${i} UTC)`}function et(e){return Math.min(99,Math.max(0,Math.floor(100*e+1e-9)))}var ei=new Set(["Stalled","Paused"]),ea={Receiving:e=>`${B(e.byte_total)} so far`,Verified:e=>null===e.proof_age_seconds?"100 %":`100 %, proven ${Z(e.proof_age_seconds)}`,Clearing:()=>"clearing",Restoring:()=>"restoring",Cleared:()=>"on the NAS"},es={Syncing:"starting",Verifying:"checking",Failed:"stopped"};function en(e){let t=e.seconds_since_bytes??0;return t>=30?`, no bytes for ${G(t)}`:null===e.seconds_left?"":`, ${J(e.seconds_left)}`}function er(e){return`${e>=1?100:Math.min(99,Math.round(100*e))} %`}var el=216e5,eo=108e5;function eh(e){return Q(new Date(e),new Date(e))}function ed(e,t={},...i){let a=document.createElement(e);for(let[e,i]of Object.entries(t))eu(a,e,i);return a.append(...i.filter(e=>null!==e)),a}function ec(e){return{tabindex:e,"data-lm-suppress-shortcuts":"true"}}function ep(e,t,i={}){let a=ed("button",{type:"button",...ec(0),...i},e);return a.addEventListener("click",()=>{"true"!==a.getAttribute("aria-disabled")&&t()}),a}function eu(e,t,i){if(null==i||!1===i)return void e.removeAttribute(t);let a=!0===i?"":String(i);e.getAttribute(t)!==a&&e.setAttribute(t,a)}function eb(e,t){e.textContent!==t&&(e.textContent=t)}function eg(e,t){let i=document.activeElement,a=new Set(t);for(let t of[...e.children])a.has(t)||t.remove();t.forEach((t,i)=>{e.children[i]!==t&&e.insertBefore(t,e.children[i]??null)}),i instanceof HTMLElement&&i!==document.activeElement&&e.contains(i)&&i.focus({preventScroll:!0})}function ef(e,t){return(t-e.from)/(e.to-e.from)}function ex(e,t){return i=>Math.round(10*t*ef(e,i))/10}function em(e,t){return Math.max(t(e.to),t(e.from)+1.5)}function ew(e,t,i){return e<=0||t<=0?i:Math.round(10*Math.min(i-1,i*(1-e/t)))/10}function ev(e,t,i){let a=ek("text",{x:e,y:t,"text-anchor":"middle"});return a.textContent=i,a}function ey(e,t){return ek("path",{class:e,d:t})}function ek(e,t){let i=document.createElementNS("http://www.w3.org/2000/svg",e);for(let[e,a]of Object.entries(t))i.setAttribute(e,String(a));return i}var e_="M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z",e$={receiving:[{as:"line",d:e_,dash:"2.6 2.5"}],waiting:[{as:"line",d:e_},{as:"line",d:"M8 4.4V8l2.6 1.7"}],syncing:[{as:"line",d:"M13.6 6.6A5.8 5.8 0 0 0 3.3 4.7M2.4 9.4a5.8 5.8 0 0 0 10.3 1.9"},{as:"line",d:"M3 1.6v3.3h3.3M13 14.4v-3.3H9.7"}],verifying:[{as:"line",d:"M6.9 2.1a4.8 4.8 0 1 1 0 9.6a4.8 4.8 0 1 1 0-9.6z"},{as:"line",d:"M10.4 10.4L14.2 14.2"}],stalled:[{as:"fill",d:e_},{as:"cut",d:"M6.1 5.2v5.6M9.9 5.2v5.6"}],blocked:[{as:"line",d:"M5.2 8.2V3.7a1.05 1.05 0 0 1 2.1 0V7.3M7.3 7V2.6a1.05 1.05 0 0 1 2.1 0V7M9.4 7.2V3.6a1.05 1.05 0 0 1 2.1 0V8M11.5 6.4a1.05 1.05 0 0 1 2.1 0v3.4a4.7 4.7 0 0 1-4.7 4.7h-.6a4.7 4.7 0 0 1-3.7-1.8L2.3 9.8a1.05 1.05 0 0 1 1.6-1.3l1.3 1.4V8"}],failed:[{as:"fill",d:"M8 1.3a1 1 0 0 1 .87.5l6.3 11.2a1 1 0 0 1-.87 1.5H1.7a1 1 0 0 1-.87-1.5L7.13 1.8A1 1 0 0 1 8 1.3z"},{as:"cut",d:"M8 5.6v4M8 11.9v.1"}],verified:[{as:"fill",d:e_},{as:"cut",d:"M5 8.3l2.1 2.1L11.1 6"}],paused:[{as:"line",d:"M5.4 3v10M10.6 3v10"}],moving:[{as:"line",d:"M2.5 7.5v5a1 1 0 0 0 1 1h9a1 1 0 0 0 1-1v-5"},{as:"line",d:"M8 2v7.4M5.2 6.8L8 9.6l2.8-2.8"}],more:[{as:"line",d:"M6 3.5L10.5 8L6 12.5"}],cleared:[{as:"line",d:"M1.8 2.8h12.4v3.1H1.8zM3 6v6.6a.9.9 0 0 0 .9.9h8.2a.9.9 0 0 0 .9-.9V6"},{as:"line",d:"M6.3 8.7h3.4"}]},eS="http://www.w3.org/2000/svg";function eA(e){let t=document.createElementNS(eS,"svg");for(let i of(t.setAttribute("viewBox","0 0 16 16"),t.setAttribute("aria-hidden","true"),t.classList.add("exlab-icon"),e$[e]??[]))t.append(function(e){let t=document.createElementNS(eS,"path");return t.setAttribute("d",e.d),t.classList.add(`exlab-icon-${e.as}`),e.dash&&t.setAttribute("stroke-dasharray",e.dash),t}(i));return t}var eC=class{options;activity=null;readings=[];at=null;width=0;askedAt=-3e5;state="new";sentence=ed("span",{class:"exlab-chart-sentence"});peak=ed("span",{class:"exlab-chart-value"});full=ed("span",{class:"exlab-chart-value"});tip=ed("div",{class:"exlab-chart-tip",hidden:!0});svg=document.createElementNS("http://www.w3.org/2000/svg","svg");hand=ey("exlab-chart-hand","M0.5 0V"+86);plot=ed("div",{class:"exlab-chart-plot",role:"slider","aria-label":"The last 24 hours: what was synced, and how full the staging disk was",...ec(0)});element;observer;constructor(e){this.options=e,this.element=this.assemble(),this.observer=new ResizeObserver(()=>this.draw()),this.observer.observe(this.plot),this.plot.addEventListener("pointermove",e=>this.point(e)),this.plot.addEventListener("pointerleave",()=>this.read(null)),this.plot.addEventListener("blur",()=>this.read(null)),this.plot.addEventListener("keydown",e=>this.onKey(e))}assemble(){eu(this.svg,"class","exlab-chart-svg"),eu(this.svg,"aria-hidden","true"),eu(this.svg,"height",104),this.plot.append(this.svg,this.tip);let e=ed("span",{class:"exlab-chart-title"},"Activity"),t=ed("summary",{class:"exlab-chart-fold",...ec(0)},eA("more"),e,this.sentence),i=ed("div",{"aria-hidden":"true"},eE("Synced",this.peak,56),eE("Staging disk",this.full,30)),a=ed("div",{class:"exlab-chart-body"},i,this.plot),s=ed("details",{class:"exlab-chart",hidden:!0},t,a);return t.addEventListener("click",()=>this.options.keepOpen(!s.open)),s}refresh(e=!1){let t=e||"failed"===this.state?15e3:3e5;"asking"===this.state||performance.now()-this.askedAt<t||(this.askedAt=performance.now(),this.state="asking",this.options.load().then(e=>this.show(e),()=>this.state="failed"))}dispose(){this.observer.disconnect()}show(e){var t,i;let a,s,n,r,l,o,h,d=null===this.activity;this.state="shown",this.activity=e,this.readings=P(e),eu(this.element,"hidden",!1),d&&(this.element.open=this.options.wasOpen()??this.element.getBoundingClientRect().width>=620);eb(this.sentence,(h=P(e)).length?`${t=h,i=N(e),a=t.reduce((e,t)=>e+t.bytes,0),s=t.reduce((e,t)=>e+t.to-t.from,0),n=t[0]?.from??i.from,r=i.to-n>852e5?"24 h":G((i.to-n)/1e3),o=(l=Math.min(i.to-n,864e5)-s)>9e5?` (no record for ${G(l/1e3)} of it)`:"",`${a>0?B(a):"Nothing"} synced in the last ${r}${o}`}${function(e){var t;let i,a=e.at(-1)?.full??null;if(null===a)return"";let s=function(e){let t=e.at(-1),i=t?.full??null;if(!t||null===i)return null;let a=e.filter(e=>null!==e.full&&e.from>=t.to-el);if(a.reduce((e,t)=>e+t.to-t.from,0)<eo)return null;let{slope:s,straight:n}=function(e){let t=e.length,i=e.reduce((e,[t])=>e+t,0)/t,a=e.reduce((e,[,t])=>e+t,0)/t,[s,n,r]=e.reduce(([e,t,s],[n,r])=>[e+(n-i)**2,t+(n-i)*(r-a),s+(r-a)**2],[0,0,0]);return s>0&&r>0?{slope:n/s,straight:n**2/(s*r)}:{slope:0,straight:0}}(a.map(e=>[e.to/1e3,e.full??0]));if(s<=0||n<.8)return null;let r=(1-i)/s;return r>1209600?null:r}(e),n=null===s?"":`, full in ${(i=Math.round(1e3*(t=s)/864e5))<2?J(t).replace("more than a day","about a day"):`about ${H(i)} days`} at this pace`;return`; staging disk ${er(a)} full${n}`}(h)}.`:"No record yet: the first point comes within a few minutes.");let c=Math.max(0,...this.readings.map(e=>e.bytesPerSecond));eb(this.peak,c>0?`peak ${B(c)}/s`:"nothing");let p=this.readings.at(-1)?.full??null;eb(this.full,null===p?"not known":`${er(p)} full`),this.width=0,this.draw()}draw(){let e=Math.floor(this.plot.clientWidth);if(this.activity&&e&&e!==this.width){var t,i,a,s,n,r,l;let o,h,d,c;this.width=e,eu(this.svg,"width",e);this.svg.replaceChildren(...(t=this.activity,i=this.readings,o=N(t),h=j(i),d=ex(o,e),[...(function(e,t,i){let a=[],s=t.from;for(let t of e){let[e,i]=[t[0],t.at(-1)];e&&i&&(e.from-s>6e4&&a.push({from:s,to:e.from}),s=i.to)}return t.to-s>1.5*i*1e3&&a.push({from:s,to:t.to}),a})(h,o,t.bucket_seconds).flatMap(e=>(function(e,t){let[i,a]=[t(e.from),t(e.to)],s=ek("rect",{class:"exlab-chart-gap",x:i,y:0,width:Math.max(1,a-i),height:86});return a-i<76?[s]:[s,ev((i+a)/2,38,"no record")]})(e,d)),ey("exlab-chart-full",`M0 56.5H${e}`),...(a=h,s=d,c=Math.max(...a.flat().map(e=>e.bytesPerSecond)),a.map(e=>{let t=e.map(e=>`V${ew(e.bytesPerSecond,c,44)}H${em(e,s)}`);return ey("exlab-chart-rate",`M${s(e[0]?.from??0)} 44${t.join("")}V44Z`)})),...j(i.filter(e=>null!==e.full)).flatMap(e=>(function(e,t){let[i,a]=[e[0],e.at(-1)];if(!i||!a)return[];let s=e=>56+ew(e.full??0,1,30),n=`M${t(i.from)} ${s(i)}${e.map(e=>`L${em(e,t)} ${s(e)}`).join("")}`;return[ey("exlab-chart-disk-area",`${n}L${em(a,t)} 86L${t(i.from)} 86Z`),ey("exlab-chart-disk",n)]})(e,d)),ey("exlab-chart-ground",`M0 44.5H${e}M0 86.5H${e}`),...(n=o,r=d,l=e,(function(e,t){let i=[],a=new Date(e.from);a.setMinutes(0,0,0);for(let s=0;s<=26&&(a.setTime(a.getTime()+36e5),!(a.getTime()>=e.to));s+=1)a.getHours()%t==0&&i.push(a.getTime());return i})(n,[1,2,3,4,6,12].find(e=>l/24*e>=64)??12).flatMap(e=>{let t=r(e),i=ey("exlab-chart-ground",`M${t} ${86}v4`);return t<18||t>l-18?[i]:[i,ev(t,101,eh(e))]}))]),this.hand),this.read(this.at)}}point(e){if(!this.activity)return;let{from:t,to:i}=N(this.activity);this.read(t+(e.clientX-this.plot.getBoundingClientRect().left)/this.width*(i-t))}onKey(e){if(!this.activity||e.ctrlKey||e.metaKey||e.altKey)return;let t=this.timeBehind(e.key,N(this.activity),1e3*this.activity.bucket_seconds);void 0!==t&&(this.read(t),e.preventDefault())}timeBehind(e,{from:t,to:i},a){if("Escape"===e)return null===this.at?void 0:null;if("Home"===e)return t;if("End"===e)return i;let s={ArrowLeft:-1,ArrowDown:-1,ArrowRight:1,ArrowUp:1,PageDown:-12,PageUp:12}[e];return void 0===s?void 0:(this.at??i)+s*a}read(e){if(!this.activity)return;let t=N(this.activity);this.at=null===e?null:Math.min(t.to-1,Math.max(t.from,e));let i=null===this.at?"":function(e,t){let i=e.find(e=>e.from<=t&&t<e.to)??null;if(!i)return`${eh(t)}: no record`;let a=`${eh(i.from)} to ${eh(i.to)}`,s=i.bytes>0?`${B(i.bytesPerSecond)}/s, ${B(i.bytes)} synced`:"nothing synced";return null===i.full||null===i.free?`${a}: ${s}`:`${a}: ${s}; staging disk ${er(i.full)} full, ${B(i.free)} free`}(this.readings,this.at);eu(this.plot,"aria-valuenow",Math.round(100*ef(t,this.at??t.to))),eu(this.plot,"aria-valuetext",i||this.sentence.textContent),eb(this.tip,i),eu(this.tip,"hidden",!i),eu(this.hand,"visibility",i?null:"hidden"),null!==this.at&&this.place(ex(t,this.width)(this.at))}place(e){eu(this.hand,"transform",`translate(${e} 0)`);let t=this.tip.offsetWidth,i=e+8+t>this.width?Math.max(0,e-8-t):e+8;eu(this.tip,"style",`left: ${i}px`)}};function eE(e,t,i){return ed("div",{class:"exlab-chart-label",style:`height: ${i}px`},ed("span",{},e),t)}var eM={sync:{verb:"sync",label:"Force sync",name:"Force sync"},askSync:{verb:"askSync",label:"Sync as it is…",name:"Sync as it is"},askClear:{verb:"askClear",label:"Clear…",name:"Clear"},verify:{verb:"verify",label:"Verify again",name:"Verify again"},restore:{verb:"restore",label:"Restore",name:"Restore"},pause:{verb:"pause",label:"Pause",name:"Pause"},resume:{verb:"resume",label:"Resume",name:"Resume"},retry:{verb:"retry",label:"Retry",name:"Retry"},override:{verb:"override",label:"Override…",name:"Override a finding of"},acknowledge:{verb:"acknowledge",label:"Acknowledge",name:"Acknowledge"},log:{verb:"log",label:"Log",name:"Log of"},details:{verb:"details",label:"Details",name:"Details of"},menu:{verb:"menu",label:"⋯",name:"More for"},copyNas:{verb:"copyNas",label:"Show on NAS (copy path)",name:"Copy the NAS path of"},copyRun:{verb:"copyRun",label:"Copy run path",name:"Copy the path of"},copyLink:{verb:"copyLink",label:"Copy link",name:"Copy a link to"}},eq={force_sync:"sync",clear:"askClear",verify:"verify",restore:"restore",pause:"pause",resume:"resume",retry:"retry",override:"override",acknowledge:"acknowledge"},eT={Syncing:["pause"],Verifying:[],Clearing:[],Restoring:[],Blocked:["override"],Paused:["resume","force_sync","retry"],Verified:["clear","acknowledge","restore","force_sync"]},eL=new Set(["pause","resume","override","log"]),eR=["resume","retry","force_sync","restore","verify","override","acknowledge"],eO=new Set(["Stalled","Blocked","Failed","Paused"]),eN=["force_sync","clear","verify","restore","pause","resume","retry","override","acknowledge"];function eP(e){let t=eT[e.display_state],i=t?t.find(t=>e.actions.includes(t)):e.actions.find(e=>e in eq&&!eL.has(e));return i?ej(e,i):null}function ej(e,t){return"force_sync"===t&&"Receiving"===e.display_state?eM.askSync:eM[eq[t]??"details"]}function ez(e,t){return"force_sync"===t&&"Blocked"===e.display_state}async function eV(e){try{return await navigator.clipboard.writeText(e),!0}catch{var t;let i,a,s;return t=e,i=document.activeElement,(a=document.createElement("textarea")).value=t,a.setAttribute("data-lm-suppress-shortcuts","true"),a.style.cssText="position: fixed; opacity: 0;",document.body.append(a),a.select(),s=document.execCommand("copy"),a.remove(),i instanceof HTMLElement&&i.focus({preventScroll:!0}),s}}function eD(e,t,i={}){let a=ep(e,()=>void s(),{class:"exlab-button",...i}),s=async()=>{eb(a,await Promise.resolve(t()).then(eV,()=>!1)?"Copied":"Not copied: select and copy it"),window.setTimeout(()=>eb(a,e),2500)};return a}var eF=class{free;waiting=[];constructor(e){this.free=e}async take(e){this.free>0?this.free-=1:await new Promise(e=>this.waiting.push(e));try{return await e()}finally{let e=this.waiting.shift();e?e():this.free+=1}}},eI={blocked:"details",run_not_complete:"askSync",nas_copy_not_proven:"verify",staging_not_sync_verified:"sync",run_cleared:"restore",paused:"resume",nothing_to_retry:"sync",ledger_damaged:"details"},eB={nas_unavailable:"It goes on by itself as soon as the NAS is back.",station_starting:"Click again in a few seconds.",run_busy:"Click again when that is done."},eH={verify:"verify",restore:"restore",retry:"retry",pause:"pause",resume:"resume"},eK=class{constructor(e,t){this.api=e,this.owner=t}api;owner;notes=new Map;turns=new eF(4);noteOf(e){var t,i;let a,s=this.notes.get(e.path);if(!s)return null;let n="done"===s.tone&&performance.now()-s.at>6e4||!s.states.includes(e.display_state);return n&&this.notes.delete(e.path),n?null:{...s,text:(t=s,i=e,(a=/\bstarts (after [^.]*|in a moment)\./i.exec(i.why)?.[1])&&"error"!==t.tone&&t.text.startsWith("Asked")?`${t.text.slice(0,-1)}, starts ${a}.`:t.text)}}async sync(e,t){let i=eW();await this.run(e,i,async()=>{if("blocked"===(await this.syncCall(e.path,t)).state)throw new c(200,"blocked","Not queued: the run is blocked.");return i})}async syncCall(e,t){try{return await this.api.forceSync(e,!1)}catch(i){if(i instanceof c&&"run_not_complete"===i.code&&t)return this.api.forceSync(e,!0);throw i}}async clear(e){let t=async()=>{let t=await this.api.clear(e.path);return`Freed ${B(t.bytes_freed)} (${U(t.files_freed,"file")}). The copy on the NAS stays.`};await this.run(e,"Checking the NAS copy, then deleting the local one.",t,["Clearing","Cleared"])}async plain(e,t){let i=eW();await this.run(e,i,async()=>(await this.api[eH[t]](e.path),i))}async acknowledge(e){await this.run(e,"Acknowledging.",async()=>(await this.api.acknowledge(e.path),"Acknowledged."))}tell(e,t,i="done"){this.put(e,t,i),this.owner.say(`${e.path}: ${t}`),this.owner.wake()}async run(e,t,i,a=[]){this.put(e,t,"busy");try{let t=await this.turns.take(i);this.put(e,t,"done"),this.notes.get(e.path)?.states.push(...a),this.owner.changed(e.path),this.owner.say(`${e.path}: ${t}`)}catch(a){let{text:t,remedy:i}=eU(a);this.put(e,t,"error",i),this.owner.say(`${e.path}: ${t}`)}this.owner.wake()}put(e,t,i,a=null){let s=[e.display_state],n=this.owner.row(e.path)?.display_state;"error"===i&&n&&s.push(n,"Clearing","Restoring"),this.notes.set(e.path,{text:t,tone:i,remedy:a,states:s,at:performance.now()}),this.owner.changed(e.path)}};function eW(){return`Asked at ${Q(new Date)}.`}function eU(e){let t=e instanceof Error?e.message:String(e);if(!(e instanceof c))return{text:t,remedy:null};let i=eB[e.code],a=eI[e.code];return{text:i&&!t.includes(i)?`${t} ${i}`:t,remedy:a?eM[a]:null}}var eJ=null;function eG(e,t,i,a,s){var n;let r,l,o,h,d,c;eJ?.();let p=a.map(e=>{var t;let i;return i=void 0===(t=e).off?null:ed("span",{class:"exlab-menu-why"},t.off),ed("button",{...{type:"button",role:"menuitem",class:"exlab-menu-item",...ec(-1)},"aria-disabled":i?"true":null},ed("span",{},t.label),i)}),u=ed("div",{role:"menu",class:"exlab-menu",popover:"manual","aria-label":i},...p),b=t=>{eJ===g&&(eJ=null),document.removeEventListener("pointerdown",x,!0),window.removeEventListener("resize",g),window.removeEventListener("scroll",f,!0),u.remove(),e.setAttribute("aria-expanded","false"),t&&s()},g=()=>b(u.contains(document.activeElement)),f=i=>{i.target instanceof Node&&i.target.contains(e.isConnected?e:t)&&g()},x=t=>{u.contains(t.target)||e.contains(t.target)||b(!1)};u.addEventListener("click",e=>{let t=a[p.findIndex(t=>t.contains(e.target))];t&&void 0===t.off&&(b(!0),t.act())}),u.addEventListener("keydown",e=>(function(e,t,i){e.stopPropagation();let a=t.indexOf(document.activeElement),s={ArrowDown:a+1,ArrowUp:a-1,Home:0,End:-1}[e.key];if("Escape"===e.key||"Tab"===e.key)i(!0);else if(void 0!==s)t.at(s%t.length)?.focus();else{var n,r,l;if(1!==e.key.length||" "===e.key)return;(n=t,r=a,l=e.key,[...n.slice(r+1),...n.slice(0,r+1)].find(e=>e.textContent.toLowerCase().startsWith(l.toLowerCase())))?.focus()}e.preventDefault()})(e,p,b)),u.addEventListener("focusout",e=>{e.relatedTarget instanceof Node&&!u.contains(e.relatedTarget)&&b(!1)}),eJ=g,t.append(u),"function"==typeof u.showPopover&&u.showPopover(),n=u,r=e.getBoundingClientRect(),l=window.innerHeight-r.bottom-8,o=r.top-8,h=n.offsetHeight<=l||l>=o,n.style.maxHeight=`${Math.max(80,Math.floor(h?l:o)-2)}px`,d=h?r.bottom+2:r.top-n.offsetHeight-2,c=Math.min(r.right-n.offsetWidth,window.innerWidth-n.offsetWidth-8),n.style.top=`${Math.max(8,d)}px`,n.style.left=`${Math.max(8,c)}px`,e.setAttribute("aria-expanded","true"),p[0]?.focus({preventScroll:!0}),document.addEventListener("pointerdown",x,!0),window.requestAnimationFrame(()=>{eJ===g&&(window.addEventListener("resize",g),window.addEventListener("scroll",f,!0))})}var eZ=0;function eQ(e,t){let i=B(e.byte_total);return eY({title:`Delete ${U(e.file_count,"file")}, ${i}, from this computer?`,lines:[ed("span",{},"The copy on the NAS stays: ",ed("code",{},e.nas_path??"path not known"),"."),`${function(e){if(null===e.proof_age_seconds)return"When it was last proven is not known.";let t=e.proven_at?` (${Q(new Date(e.proven_at))})`:"";return`Proven byte for byte ${Z(e.proof_age_seconds)}${t}.`}(e)} It is checked again just before anything is deleted.`],keep:"Keep",again:"Verify again",act:`Clear, free ${i}`},t)}function eX(e,t){return eY({title:"Sync this run although it may not be finished?",lines:[e.why,"What is there now is copied once it has settled; files that come later are copied afterwards. It is recorded with your name."],keep:"Wait",act:"Sync as it is"},t)}function eY(e,t){let i=`exlab-ask-${eZ+=1}`,a=ep(e.keep,()=>t("keep"),{class:"exlab-button exlab-primary"}),s=e.again?ep(e.again,()=>t("again"),{class:"exlab-button"}):null,n=ep(e.act,()=>t("act"),{class:"exlab-button exlab-danger"}),r=ed("strong",{id:`${i}-title`},e.title),l=ed("div",{id:`${i}-text`},...e.lines.map(e=>ed("p",{},e))),o=ed("div",{class:"exlab-ask",role:"alertdialog","aria-labelledby":r.id,"aria-describedby":l.id},r,l,ed("div",{class:"exlab-answers"},a,n,s));return o.addEventListener("keydown",e=>{"Escape"===e.key&&t("keep")}),{element:o,focus:()=>a.focus()}}var e0={sync:"Sync",recheck:"Comparison of changed files",verify:"Reading again",clear:"Clearing",restore:"Restoring"},e1={queued:"waits for its turn",running:"is under way",waiting:"waits to be tried again",failed:"failed",done:"is done",superseded:"was replaced by a newer one"};function e2(e){return e.replaceAll("_"," ")}function e6(e){let t=Q(new Date(e.recorded_at));if(e.revoked)return`${e2(e.problem_class)}: ended by ${e.operator}, ${t}. ${e.reason}`;let i=e.expires_at?`, until ${Q(new Date(e.expires_at))}`:"";return`${e2(e.problem_class)}: let pass by ${e.operator}, ${t}${i}. ${e.reason}`}var e4={frozen:"Frozen for copying",copied:"Copied",verified:"Verified",clear_intended:"Clearing intended",cleared:"Cleared",put_back:"Put back in staging",restored:"Restored"},e3={by:"By",host:"Computer",file_count:"Files",nas_path:"NAS",reading:"How it was read",nas_id:"NAS id"},e5={fadvise:"from the NAS itself",o_direct:"from the NAS itself, past every cache",memory:"from memory: the NAS has no medium",warm:"partly from this computer's memory"};function e8(e){return`${e.sha256}  ${e.path}
`}var e9=class{constructor(e,t){this.run=e,this.api=t,this.bar.append(ep("Show the files",()=>void this.more(),{class:"exlab-button exlab-primary"})),this.element.append(this.bar,this.said)}run;api;element=ed("div",{class:"exlab-sums"});body=ed("tbody",{});said=ed("p",{class:"exlab-quiet",role:"status"});bar=ed("div",{class:"exlab-answers"});shown=0;async more(){eb(this.said,"Reading the list…");try{this.add(await this.api.checksums(this.run,this.shown,200))}catch(e){eb(this.said,e instanceof Error?e.message:String(e))}}add(e){this.shown||this.begin(),this.body.append(...e.files.map(e7)),this.shown+=e.files.length;let t=e.file_total-this.shown;eb(this.said,`${H(this.shown)} of ${U(e.file_total,"file")}, ${B(e.byte_total)}.`);let i=t>0?[ep(`Show ${H(Math.min(200,t))} more`,()=>void this.more(),{class:"exlab-button"})]:[],a=e.file_total>5e4,s=eD(`Copy all ${H(e.file_total)}`,()=>this.all(),{title:"In the form that sha256sum -c reads"}),n=this.bar.contains(document.activeElement);this.bar.replaceChildren(...i,...a?[]:[s]),n&&this.bar.querySelector("button")?.focus(),a&&this.said.append(" The whole list is too long for a clipboard: take the file on the NAS.")}begin(){let e=["File","Size","SHA-256"].map(e=>ed("th",{scope:"col"},e)),t=ed("table",{},ed("thead",{},ed("tr",{},...e)),this.body),i=`Verified files of ${this.run}`;this.element.prepend(ed("div",{class:"exlab-sums-list",role:"region","aria-label":i,...ec(0)},t))}async all(){let e=[];for(;;){let t=await this.api.checksums(this.run,e.length,5e3);if(e.push(...t.files.map(e8)),e.length>=t.file_total||!t.files.length)return e.join("")}}};function e7(e){let t=[ed("td",{},e.path),ed("td",{class:"exlab-number"},B(e.size)),ed("td",{},ed("code",{},e.sha256))];return ed("tr",{},...t)}var te={staging:"Receiving",complete:"Complete: nothing changed any more",sync_queued:"Queued for syncing",sync_verified:"Verified on the NAS",cleared:"Cleared from this computer"},tt={late_data:"new files came",changed:"files changed",renamed:"the run was renamed",forced:"asked for",nas_copy_damaged:"the copy on the NAS was damaged",restored:"brought back from the NAS",reconciled:"found so after a restart"},ti=new Set(["late_data","changed","nas_copy_damaged"]);function ta(e){let t=e.reason??"",i=t?[tt[t]??t.replaceAll("_"," ")]:[],a=e.by?[`by ${e.by}`]:[];return{tone:ti.has(t)?"amber":"sync_verified"===e.state?"green":"grey",text:te[e.state]??e.state,more:[...i,...a,...function(e){let{files_freed:t,bytes_freed:i}=e;return"number"!=typeof t||"number"!=typeof i?[]:[`${H(t)} files, ${B(i)} freed`]}(e),`on ${e.host}`].join(", "),at:e.at}}var ts=class{constructor(e,t,i){this.owner=i,this.sums=new e9(e,t),this.done=ep("Close",i.close,{class:"exlab-button","aria-label":`Close the details of ${e}`});let a=ed("div",{class:"exlab-details-bar"},ed("strong",{},"Details"),this.done);this.element=ed("section",{class:"exlab-details","aria-label":`Details of ${e}`},a,this.said,this.parts),this.element.addEventListener("keydown",e=>{"Escape"===e.key&&i.close()})}owner;element;said=ed("p",{class:"exlab-quiet",role:"status"},"Reading the details…");parts=ed("div",{class:"exlab-parts"});sums;done;drawn=new Map;focus(){this.done.focus({preventScroll:!0})}fail(e){this.said.hidden=!1,this.said.textContent=e}show(e){this.said.hidden=!0;let t=this.partsOf(e).flatMap(e=>this.part(e));eg(this.parts,t)}part({title:e,from:t,draw:i}){let a=JSON.stringify([t]),s=this.drawn.get(e);if(s?.from===a)return[s.node];let n=i();if(this.drawn.delete(e),!n)return[];let r=ed("section",{"aria-label":e},ed("h3",{},e),...n);return this.drawn.set(e,{from:a,node:r}),[r]}partsOf(e){let{job:t,findings:i,damage:a,overrides:s,history:n}=e;return[{title:"Findings",from:[i,a,e.disagreements,e.row.actions],draw:()=>this.trouble(e)},{title:"History",from:n,draw:()=>{let e;return[n.length?(e=n.map(ta).map(e=>ed("li",{"data-tone":e.tone},ed("time",{datetime:e.at,title:ee(e.at)},Q(new Date(e.at))),ed("span",{},ed("strong",{},e.text),ed("span",{class:"exlab-quiet"},` ${e.more}`)))),ed("ol",{class:"exlab-timeline"},...e)):tl("Nothing yet.")]}},{title:"Copy on the NAS",from:[e.nas_path,e.verify_passes,e.row.proven_at],draw:()=>{var t;let i,a;return i=(t=e).nas_path?tn("",t.nas_path):tl("No copy yet."),a=ed("p",{title:t.row.proven_at?ee(t.row.proven_at):null},function(e){let{row:t}=e;if(!t.proven_at)return"Not proven yet.";let i=e.verify_passes<2?" It is read a second time by itself, a day later.":"";return`Read back from the NAS ${U(e.verify_passes,"time")}, last at ${Q(new Date(t.proven_at))}.${i}`}(t)),t.nas_path?[i,a]:[i]}},{title:"Receipt",from:[e.receipt,e.manifest_digest],draw:()=>(function({receipt:e,manifest_digest:t}){let i,a,s;if(!e)return null;let n=e.at,r=ed("p",{title:"string"==typeof n?ee(n):null},ed("strong",{},(i="string"==typeof e.event?e.event:"receipt",s="string"==typeof(a=e.at)?`, ${Q(new Date(a))}`:"",`${e4[i]??i.replaceAll("_"," ")}${s}`))),l=e.byte_total,o=ed("dl",{},...[...Object.entries(e3).flatMap(([t,i])=>{let a=e[t];return"number"==typeof a?[[i,H(a)]]:"string"==typeof a&&a?[[i,"reading"===t?e5[a]??a:a]]:[]}),..."number"==typeof l?[["Size",B(l)]]:[]].flatMap(([e,t])=>[ed("dt",{},e),ed("dd",{},t)])),h=e.manifest_digest,d="string"==typeof h&&h?h:t;if(!d)return[r,o];let c=eD("Copy digest",()=>d);return[r,o,ed("p",{class:"exlab-path"},"Manifest digest ",ed("code",{title:d},d.length>16?`${d.slice(0,12)}…`:d),c)]})(e)},{title:"Checksums",from:e.manifest_digest,draw:()=>this.sumsPart(e)},{title:"Work",from:t,draw:()=>{let e,i,a,s,n;return t?[ed("p",{title:t.id},(e=`${e0[t.kind]??t.kind} ${e1[t.state]??t.state}`,i=t.attempt>1||"failed"===t.state?`, attempt ${t.attempt}`:"",a=t.requested_by?`, asked for by ${t.requested_by}`:"",s=t.not_before&&"waiting"===t.state?` Tried again at ${Q(new Date(t.not_before))}.`:"",n="string"==typeof t.error?.message?` ${t.error.message}`:"",`${e}${i}${a}, since ${Q(new Date(t.created_at))}.${n}${s}`))]:null}},{title:"Overrides",from:s,draw:()=>s.length?[tr(s.map(e6))]:null}]}trouble(e){var t;let i,{damage:a}=e,s=e.findings.map(t=>this.findingNode(t,e.row.actions.includes("override"))),n=a?[ed("p",{"data-tone":"red"},ed("strong",{},a.sentence)),(i=(t=a).count-t.paths.length,tr([...t.paths,...i>0?[`and ${U(i,"file")} more`]:[]]))]:[];return a?.acknowledged_by&&n.push(tl(`Acknowledged by ${a.acknowledged_by}.`)),a&&e.row.actions.includes("verify")&&n.push(this.actButton("verify","Verify again")),s.length&&n.push(ed("ul",{class:"exlab-findings"},...s)),e.disagreements.length&&n.push(tl("creation.json says otherwise; that is not followed:"),tr(e.disagreements)),n.length?n:null}findingNode(e,t){let i="hard"===e.severity&&!e.overridden_by,a=e.path?[ed("code",{},e.path)," "]:[],s=e.overridden_by?"let pass":i?"blocks":"remark",n=ed("span",{class:"exlab-quiet"},` ${e2(e.problem_class)}, ${s}.`),r=i&&t?this.actButton("override","Override…"):null;return ed("li",{"data-tone":i?"amber":"grey"},...a,ed("strong",{},e.message),n,ed("div",{},e.remedy),r)}actButton(e,t){return ep(t,()=>this.owner.act(e),{class:"exlab-button exlab-primary"})}sumsPart(e){if(!e.manifest_digest)return null;let t=e.nas_path?`${e.nas_path}/.exlab-wizard/checksums.sha256`:null,i=t?tn("On the NAS, checked by sha256sum -c: ",t):null;return[...i?[i]:[],this.sums.element]}};function tn(e,t){return ed("p",{class:"exlab-path"},e,ed("code",{},t),eD("Copy path",()=>t))}function tr(e){return ed("ul",{},...e.map(e=>ed("li",{},e)))}function tl(e){return ed("p",{class:"exlab-quiet"},e)}var to=/\[(ERROR|FATAL)\s*\]/,th=/\[WARN(ING)?\s*\]/,td=/\[host:[^\]]*\] \[equip:[^\]]*\] \[proj:.*?\] \[kind:[^\]]*\] /;function tc(e,t){let i=e.toLowerCase();return t.toLowerCase().split(/\s+/).every(e=>i.includes(e))}var tp=class{constructor(e,t,i){this.atError=i;let a=`Log of ${e}`;this.lines=ed("div",{class:"exlab-log-lines",role:"log","aria-live":"off","aria-label":a,...ec(0)}),this.lines.addEventListener("scroll",()=>this.following()&&(this.below.hidden=!0),{passive:!0}),this.below=ep("New lines below",()=>this.toEnd(),{class:"exlab-button exlab-primary exlab-log-below",hidden:!0}),this.filter=ed("input",{type:"search",class:"exlab-search",placeholder:"Filter lines","aria-label":"Filter the log",...ec(0)}),this.filter.addEventListener("input",()=>this.sift());let s=ep("↑",()=>this.step(-1),{class:"exlab-button","aria-label":"Previous error",title:"Previous error"}),n=ep("↓",()=>this.step(1),{class:"exlab-button","aria-label":"Next error",title:"Next error"});this.errors.append(this.found,s,n),this.errors.hidden=!0;let r=eD("Copy",()=>this.shown().join("\n")),l=ep("Close",t,{class:"exlab-button","aria-label":`Close the log of ${e}`}),o=ed("div",{class:"exlab-log-bar"},this.where,this.filter,this.errors,r,l);this.element=ed("section",{class:"exlab-log","aria-label":a},o,this.lines,this.below),this.element.addEventListener("keydown",e=>this.onKey(e,t))}atError;element;texts=[];fresh=!0;current=null;where=ed("code",{class:"exlab-log-path"});filter;errors=ed("span",{class:"exlab-log-errors"});found=ed("span",{class:"exlab-quiet"});lines;below;focus(){this.lines.focus({preventScroll:!0})}show(e){eb(this.where,e.log_path);let t=this.fresh||this.following(),i=this.take(e.lines);e.lines.length||this.fail("Nothing is written yet."),this.fresh&&this.atError&&this.marked().length?this.step(1):t?this.toEnd():i&&(this.below.hidden=!1),this.fresh=!1}take(e){let t=function(e,t){for(let i=0;i<e.length;i+=1)if(t[0]===e[i]&&function(e,t,i){if(t.length<e.length-i)return!1;for(let a=i;a<e.length;a+=1)if(e[a]!==t[a-i])return!1;return!0}(e,t,i))return i;return e.length}(this.texts,e),i=this.texts.length-t;return i?this.drop(t):this.lines.replaceChildren(),this.texts=e,this.lines.append(...e.slice(i).map(tu)),this.sift(),e.length-i}fail(e){this.texts=[],this.lines.replaceChildren(ed("div",{class:"exlab-quiet"},e))}following(){return this.lines.scrollHeight-this.lines.scrollTop-this.lines.clientHeight<24}toEnd(){this.lines.scrollTop=this.lines.scrollHeight,this.below.contains(document.activeElement)&&this.focus(),this.below.hidden=!0}drop(e){let t=this.lines.scrollHeight;for(let t=e;t>0;t-=1)this.lines.firstElementChild?.remove();this.lines.scrollTop-=t-this.lines.scrollHeight}sift(){[...this.lines.children].forEach((e,t)=>{e.hidden=!tc(this.texts[t]??"",this.filter.value)}),this.count()}count(){let e=this.marked(),t=e.findIndex(e=>e===this.current);this.errors.hidden=0===e.length;let i=`error ${H(t+1)} of ${H(e.length)}`;eb(this.found,t<0?U(e.length,"error"):i)}shown(){return this.texts.filter(e=>tc(e,this.filter.value))}marked(){return[...this.lines.querySelectorAll(".exlab-log-error:not([hidden])")]}step(e){let t=this.marked();if(!t.length)return;this.current?.removeAttribute("data-at");let i=t.findIndex(e=>e===this.current),a=t.at(i<0&&e<0?-1:(i+e)%t.length);a&&(this.current=a,a.setAttribute("data-at",""),this.lines.scrollTop=a.offsetTop-24,this.count())}onKey(e,t){"Escape"===e.key&&(e.target===this.filter&&this.filter.value?(this.filter.value="",this.sift()):t(),e.preventDefault())}};function tu(e){return ed("div",{class:`exlab-log-${to.test(e)?"error":th.test(e)?"warning":"line"}`,title:e},e.replace(td,""))}var tb=0;function tg(e){return Array.from(e.trim()).length}var tf=class{constructor(e,t){this.owner=t,this.go=ep("Let it pass",()=>void this.send(),{class:"exlab-button exlab-primary"});let i=ep("Cancel",t.close,{class:"exlab-button"});this.element=ed("form",{class:"exlab-ask exlab-override","aria-label":`Override a finding of ${e}`},ed("strong",{},"Let this run pass in spite of a finding?"),ed("p",{},"It is then synced as it is, whatever this class of finding says of it. That is recorded with your name and your reason, and can be ended."),ed("label",{for:this.kind.id},"Finding"),this.kind,this.findings,ed("label",{for:this.reason.id},"Reason"),this.reason,this.counted,ed("label",{for:this.until.id},"Until the end of this day (optional)"),this.until,this.said,ed("div",{class:"exlab-answers"},this.go,i)),this.element.addEventListener("submit",e=>e.preventDefault()),this.element.addEventListener("keydown",e=>{"Escape"===e.key&&t.close()}),this.kind.addEventListener("change",()=>this.showFindings()),this.reason.addEventListener("input",()=>this.count()),this.count()}owner;element;id=`exlab-override-${tb+=1}`;kind=ed("select",{id:`${this.id}-kind`,...ec(0)});findings=ed("ul",{class:"exlab-findings"});reason=ed("textarea",{id:`${this.id}-reason`,rows:3,"aria-describedby":`${this.id}-count`,...ec(0)});counted=ed("span",{id:`${this.id}-count`,class:"exlab-quiet"});until=ed("input",{id:`${this.id}-until`,type:"date",...ec(0)});said=ed("p",{class:"exlab-form-said",role:"status"},"Reading the findings…");go;detail=null;sending=!1;focus(){this.kind.focus({preventScroll:!0})}fail(e){eb(this.said,e),this.said.dataset.tone="red"}show(e){this.detail=e;let t=[...new Set(e.findings.filter(e=>"hard"===e.severity&&!e.overridden_by).map(e=>e.problem_class))],i=this.kind.value;this.kind.replaceChildren(...t.map(e=>ed("option",{value:e,selected:e===i},e2(e)))),eb(this.said,t.length?"":"Nothing blocks this run any more."),this.showFindings()}showFindings(){let e=(this.detail?.findings??[]).filter(e=>e.problem_class===this.kind.value);this.findings.replaceChildren(...e.map(e=>ed("li",{},e.path?ed("code",{},e.path):null,` ${e.message} ${e.remedy}`))),this.count()}count(){let e,t=tg(this.reason.value);eb(this.counted,`${t} of 10 to 500 characters`);let i=(e=tg(this.reason.value))<10?`Please say why, in at least 10 characters (${e} so far).`:e>500?`Please say it in at most 500 characters (${e} now).`:"",a=i||!this.kind.value||this.sending;this.go.setAttribute("aria-disabled",String(!!a)),this.go.title=i}async send(){this.sending=!0,this.count(),delete this.said.dataset.tone,eb(this.said,"Asking the staging service…");let e={problem_class:this.kind.value,reason:this.reason.value.trim(),expires_at:function(e){if(!e)return null;let t=new Date(`${e}T23:59:59`);return Number.isNaN(t.getTime())?null:t.toISOString().replace(/\.\d+Z$/,"Z")}(this.until.value)};try{await this.owner.send(e)}catch(e){this.fail(e instanceof Error?e.message:String(e))}this.sending=!1,this.count()}},tx=class{constructor(e,t,i,a){this.element=e,this.path=t,this.act=i,this.home=a}element;path;act;home;drawn="";show(e,t){let i=e.map(e=>e?`${e.verb} ${e.label}`:"-").join();for(let a of(i!==this.drawn&&this.draw(e),this.drawn=i,this.element.querySelectorAll("button"))){let e=t&&!["menu","details"].includes(a.dataset.verb??"");eu(a,"aria-disabled",e?"true":null),eu(a,"title",e&&t||("menu"===a.dataset.verb?"More":null))}}buttonOf(e){return this.element.querySelector(`[data-verb="${e}"]`)}visible(){return[...this.element.querySelectorAll("button")].filter(e=>null!==e.offsetParent).map(e=>e.dataset.verb)}draw(e){let t=this.element.contains(document.activeElement)?document.activeElement:null,i=t?.getAttribute("data-verb");this.element.replaceChildren(...e.map((e,t)=>e?this.node(e,0===t):ed("span"))),i&&(this.buttonOf(i)??this.home()).focus({preventScroll:!0})}node(e,t){let i=ep(e.label,()=>this.act(e.verb,i),{class:t?"exlab-button exlab-primary":"exlab-button",tabindex:-1,"data-verb":e.verb,"aria-label":`${e.name} ${this.path}`,"aria-haspopup":"menu"===e.verb?"menu":null,"aria-expanded":"menu"===e.verb?"false":null});return i}};function tm(e){let t=(performance.now()-e.receivedAt)/1e3;return{...e,elapsed_seconds_since_last_activity:e.elapsed_seconds_since_last_activity+t,proof_age_seconds:null===e.proof_age_seconds?null:e.proof_age_seconds+t}}var tw=class{path;box;state=ed("div",{role:"gridcell",class:"exlab-state"});why=ed("div",{class:"exlab-why"});note=ed("div",{class:"exlab-note"});badge=ed("span",{class:"exlab-badge",hidden:!0},"Test");bar=ed("div",{class:"exlab-bar",role:"progressbar","aria-valuemin":0,"aria-valuemax":100});fill=ed("div",{class:"exlab-fill"});rate=ed("span",{class:"exlab-rate"});percent=ed("div",{class:"exlab-percent"});files=ed("div",{role:"gridcell",class:"exlab-number exlab-files"});size=ed("div",{role:"gridcell",class:"exlab-number exlab-size"});last=ed("div",{role:"gridcell",class:"exlab-number exlab-last"});slots;remedies;element;constructor(e,t,i){this.path=e,this.box=ed("input",{type:"checkbox",class:"exlab-box","aria-label":`Select ${e}`,...ec(-1)}),this.box.addEventListener("click",t=>i(e,t.shiftKey));let a=i=>new tx(i,e,(i,a)=>t(i,e,a),()=>this.element);this.slots=a(ed("div",{role:"gridcell",class:"exlab-actions"})),this.remedies=a(ed("div",{class:"exlab-remedies"})),this.bar.append(this.fill),this.element=this.assemble()}assemble(){let e=ed("div",{class:"exlab-said"},this.why,this.note,this.remedies.element),t=ed("div",{role:"gridcell",class:"exlab-run"},this.nameLine(),e),i=ed("div",{class:"exlab-track"},this.bar,this.rate),a=ed("div",{role:"gridcell",class:"exlab-progress"},i,this.percent),s=ed("div",{role:"gridcell",class:"exlab-pick"},ed("label",{},this.box)),[n="",r=""]=this.path.split("/"),l=ed("div",{role:"gridcell",class:"exlab-equipment exlab-cut",title:n},n),o=ed("div",{role:"gridcell",class:"exlab-project",title:r},...tv(r)),h={class:"exlab-row",role:"row","data-run":this.path,...ec(-1)};eu(this.bar,"aria-label",`Progress of ${this.path}`);let d=[a,this.files,this.size,this.last];return ed("div",h,s,this.state,t,l,o,...d,this.slots.element)}nameLine(){let[e,t,,i]=this.path.split("/"),a=ed("span",{class:"exlab-cut"},`${e} \xb7 `),s=ed("span",{class:"exlab-place"},a,...tv(t??"")),n=ed("span",{class:"exlab-leaf"},i??this.path);return ed("div",{class:"exlab-name",title:this.path},n,this.badge,s)}update(e,t,i){let a=f(e.display_state);eu(this.element,"data-tone",a.tone),eu(this.element,"data-state",e.display_state),eu(this.element,"data-attention",e.needs_attention),eu(this.badge,"hidden","test"!==e.run_kind),this.updateState(e,a.icon),this.updateWords(e,t),this.updateProgress(e),this.updateActions(e,t,i)}setPicked(e){eu(this.element,"aria-selected",String(e)),this.box.checked=e}updateState(e,t){this.state.dataset.word!==e.display_state&&(this.state.dataset.word=e.display_state,this.state.title=e.display_state,this.state.replaceChildren(eA(t),ed("span",{class:"exlab-word"},e.display_state)))}updateWords(e,t){let i,a=e.needs_attention?`${e.why} ${e.next_step}`.trim():e.why||e.next_step;eb(this.why,W(Y(a))),eu(this.why,"title",W(`${e.why} ${e.next_step}`.trim())),eb(this.note,W(Y(t?.text??""))),eu(this.note,"data-tone",t?.tone),eb(this.files,(i=e.progress)&&!(i.files_done>=i.files_total)?`${H(i.files_done)} of ${H(i.files_total)}`:H(e.file_count)),eb(this.size,e.local_data?B(e.byte_total):"–"),eb(this.last,Z(e.elapsed_seconds_since_last_activity)),eu(this.last,"title",ee(e.last_activity_at))}updateProgress(e){let t,i,a=function(e){let t=ea[e.display_state];if(t)return t(e);let i=e.progress;if(!i||"queued"===i.phase)return es[e.display_state]??"not started";let a=`${et(i.fraction)} %`;if("Verifying"===e.display_state)return`checking, ${a}${en(i)}`;if("Failed"===e.display_state)return`stopped at ${a}`;let s=`${a}, ${B(i.bytes_total-i.bytes_done)} to go`;return ei.has(e.display_state)?s:`${s}${en(i)}`}(e),s="Verified"===e.display_state?100:e.progress?et(e.progress.fraction):0,n="Verified"!==e.display_state&&(!e.progress||"queued"===e.progress.phase),r=(t=e.progress,i="Syncing"===e.display_state||"Verifying"===e.display_state||"Restoring"===e.display_state,t?.bytes_per_second&&"queued"!==t.phase&&i&&!((t.seconds_since_bytes??0)>=30)?`${B(t.bytes_per_second)}/s`:"");eb(this.percent,a),eb(this.rate,r),eu(this.bar,"hidden",n),eu(this.element,"data-bar",!n),eu(this.bar,"aria-valuenow",s),eu(this.bar,"aria-valuetext",r?`${a}, ${r}`:a),eu(this.fill,"style",`width: ${s}%`)}updateActions(e,t,i){this.slots.show([eP(e),e.actions.includes("log")?eM.log:null,eM.details,eM.menu],i);let a=function(e){if(!eO.has(e.display_state)&&!e.needs_attention)return[];let t=eP(e)?.verb,i=eR.filter(t=>e.actions.includes(t)&&!ez(e,t)).map(t=>ej(e,t)).filter(e=>e.verb!==t);return"Blocked"===e.display_state&&i.push({...eM.details,label:"Show finding",name:"Show finding for"}),e.actions.includes("log")&&("Failed"===e.display_state||"Stalled"===e.display_state)&&i.push({...eM.log,label:"Show log",name:"Show log for"}),i}(e),s=t?.remedy&&!a.some(e=>e.verb===t.remedy?.verb)?[t.remedy]:[],n=t?.tone==="busy"?[]:[...s,...a];eu(this.remedies.element,"hidden",!n.length),this.remedies.show(n,i)}buttonOf(e){return this.slots.buttonOf(e)??this.remedies.buttonOf(e)}shownVerbs(){return new Set([...this.slots.visible(),...this.remedies.visible()])}};function tv(e){let t=Array.from(e),i=t.length>20?t.length-12:0;return[ed("bdi",{class:"exlab-cut"},t.slice(0,i).join("")),ed("bdi",{},t.slice(i).join(""))]}var ty=new Set(["Failed","Stalled"]),tk=class{constructor(e,t,i,a){this.api=e,this.grid=t,this.deeds=i,this.owner=a}api;grid;deeds;owner;readers=new Map;askSync(e){this.question(e,"askSync",eX,{act:e=>void this.deeds.sync(e,!0)})}askClear(e){this.question(e,"askClear",eQ,{act:e=>void this.deeds.clear(e),again:e=>void(e.actions.includes("verify")?this.deeds.plain(e,"verify"):this.deeds.sync(e,!1))})}toggleLog(e){if(this.leave(e,"log"))return;let t=this.owner.row(e)?.display_state??"",i=new tp(e,()=>this.close(e,"log"),ty.has(t));this.open(e,"log",i,()=>this.api.log(e))}toggleDetails(e){this.leave(e,"details")||this.open(e,"details",new ts(e,this.api,{act:t=>this.owner.act(t,e),close:()=>this.close(e,"details")}),()=>this.api.detail(e))}toggleOverride(e){if(this.leave(e,"override"))return;let t=new tf(e,{close:()=>this.close(e,"override"),send:async t=>{await this.api.override(e,t);let i=this.owner.row(e);this.close(e,"override"),i&&this.deeds.tell(i,"The finding is let pass, on record. The run goes on in a moment.")}});this.open(e,"override",t,()=>this.api.detail(e))}follow(e){this.readers.has(e)&&this.read(e)}close(e,t){let i=this.grid.opened.get(e)?.row.contains(document.activeElement);this.readers.delete(e),this.grid.close(e);let a=this.grid.views.get(e);i&&(a?.buttonOf(t)??a?.buttonOf("menu"))?.focus({preventScroll:!0})}closeAny(e){this.close(e,this.grid.opened.get(e)?.kind??"")}leave(e,t){return this.grid.opened.get(e)?.kind===t&&(this.close(e,t),!0)}open(e,t,i,a){let s=!0,n=async()=>{try{i.show(await a())}catch(e){i.fail(e instanceof Error?e.message:String(e))}s&&this.grid.reveal(e),s=!1};this.readers.set(e,{kind:t,read:n,reading:!1,stale:!1}),this.grid.open(e,{element:i.element,focus:()=>i.focus(),kind:t}),this.read(e)}async read(e){let t=this.readers.get(e);t&&(t.stale=t.reading,!t.reading&&(t.reading=!0,await t.read(),t.reading=!1,t.stale&&this.readers.get(e)===t&&this.read(e)))}question(e,t,i,a){if(this.leave(e,t))return;let s=this.owner.row(e);if(!s)return;let n=i(tm(s),i=>{this.close(e,t);let n=this.owner.row(e)??s;"act"===i&&a.act(n),"again"===i&&a.again?.(n)});this.readers.delete(e),this.grid.open(e,{...n,kind:t}),this.grid.reveal(e)}},t_=new Set(["copyNas","copyRun","copyLink"]),t$={verify:!0,restore:!0,retry:!0,pause:!0,resume:!0},tS=class{constructor(e,t,i,a){this.grid=t,this.host=i,this.owner=a,this.deeds=new eK(e,a),this.under=new tk(e,t,this.deeds,{row:a.row,act:(e,t)=>this.act(e,t)})}grid;host;owner;deeds;under;act(e,t,i){let a=this.owner.row(t);a&&(e in t$?this.deeds.plain(a,e):({sync:()=>void this.deeds.sync(a,!1),acknowledge:()=>void this.deeds.acknowledge(a),askSync:()=>this.under.askSync(t),askClear:()=>this.under.askClear(t),override:()=>this.under.toggleOverride(t),log:()=>this.under.toggleLog(t),details:()=>this.under.toggleDetails(t),menu:()=>i&&this.menu(a,i),copyNas:()=>void this.copy(a,a.nas_path??"","The NAS path"),copyRun:()=>void this.copy(a,t,"The run path"),copyLink:()=>void this.copy(a,this.owner.link(t),"The link")})[e]?.())}perform(e,t){let i=this.owner.row(t),a="log"===e&&this.grid.opened.get(t)?.kind==="log";i&&!a&&this.act("log"===e?"log":ej(i,e).verb,t)}bulk(e,t){if("clear"===e)return void this.owner.review(t);for(let i of t)this.act("force_sync"===e?"sync":e,i)}menu(e,t){var i;let a,s=this.grid.views.get(e.path),n=this.owner.off(),r=(i=s?.shownVerbs()??new Set,a=eN.flatMap(t=>{var i;return e.actions.includes(t)?ez(e,t)?[]:[ej(e,t)]:"clear"===t?[{...eM.askClear,off:"Clearing"===(i=e).display_state?"It is being cleared.":"Cleared"!==i.display_state&&i.local_data?"Verified"===i.display_state?i.next_step||"This run cannot be cleared now.":i.needs_attention&&"sync_verified"===i.current_state?i.why:"Not verified yet: only what is proven on the NAS can be cleared.":"No data are left on this computer."}]:[]}),e.actions.includes("log")&&a.push(eM.log),a.push(eM.details),e.nas_path&&a.push(eM.copyNas),a.push(eM.copyRun,eM.copyLink),a.filter(e=>!i.has(e.verb))).map(t=>this.item(t,e.path,n)),l=()=>(this.grid.views.get(e.path)?.buttonOf("menu")??t).focus({preventScroll:!0});eG(t,this.host,`${eM.menu.name} ${e.path}`,r,l)}item(e,t,i){let a=e.off??(i&&!t_.has(e.verb)?i:void 0);return{label:e.label,off:a,act:()=>this.act(e.verb,t)}}async copy(e,t,i){let a=await eV(t);this.deeds.tell(e,a?`${i} is on the clipboard.`:`${i}: ${t}`)}},tA=["Failed","Blocked","Stalled","Paused","Restoring","Clearing","Verifying","Syncing","Waiting","Receiving","Verified","Cleared"],tC={state:e=>tA.indexOf(e.display_state),run:e=>e.path.slice(e.path.lastIndexOf("/")+1),equipment:e=>e.equipment_id,project:e=>e.project_name,progress:function(e){return"Verified"===e.display_state?1:e.progress&&"queued"!==e.progress.phase?e.progress.fraction:null},files:e=>e.file_count,size:e=>e.local_data?e.byte_total:null,last:e=>{var t;return Number.isFinite(t=Date.parse(e.last_activity_at))?t:null}},tE=new Set(["progress","files","size","last"]),tM=new Intl.Collator("en",{numeric:!0,sensitivity:"base"}),tq=Object.keys(tC);function tT(e){return{key:e,down:tE.has(e)}}var tL=[{name:"pick",label:"Select",sort:null},{name:"state",label:"State",sort:"state"},{name:"run",label:"Run",sort:"run"},{name:"equipment",label:"Equipment",sort:"equipment"},{name:"project",label:"Project",sort:"project"},{name:"progress",label:"Progress",sort:"progress"},{name:"files",label:"Files",sort:"files"},{name:"size",label:"Size",sort:"size"},{name:"last",label:"Last activity",sort:"last"},{name:"actions",label:"Actions",sort:null}],tR=class{constructor(e){this.owner=e,this.box=ed("input",{type:"checkbox",class:"exlab-box","aria-label":"Select all runs shown",...ec(-1)}),this.box.addEventListener("change",()=>this.owner.pickAll());let t=ed("div",{role:"row",class:"exlab-cells","aria-rowindex":1},...tL.map(e=>this.cell(e)));t.addEventListener("keydown",e=>this.onKey(e)),this.element=ed("div",{role:"rowgroup",class:"exlab-head"},t),this.showSort(null)}owner;element;cells=new Map;box;showSort(e){for(let[a,s]of this.cells){var t,i;let n=e?.key===a?e.down:null;eu(s,"aria-sort",null===n?"none":n?"descending":"ascending");let r=s.firstElementChild;r&&(eb(r.lastElementChild??r,null===n?"":n?"▾":"▴"),eu(r,"title",(t=a,i=e,i?.key!==t?"Sort":i.down===tT(t).down?"Sort the other way round":"Back to what needs attention first")))}}showPicked(e,t){this.box.checked=t>0&&e===t,this.box.indeterminate=e>0&&e<t}focus(){let e=this.stops(),t=e.find(e=>e.parentElement?.getAttribute("aria-sort")?.endsWith("ending"));(t??e[1]??e[0])?.focus({preventScroll:!0})}cell({name:e,label:t,sort:i}){let a={role:"columnheader",class:`exlab-th exlab-th-${e}`};if("pick"===e)return ed("div",a,this.box);if(!i)return ed("div",a,t);let s=ed("span",{class:"exlab-sorted","aria-hidden":"true"}),n=ed("button",{type:"button",class:"exlab-sort",...ec(-1)},t,s);n.addEventListener("click",()=>this.owner.sortBy(i));let r=ed("div",a,n);return this.cells.set(i,r),r}stops(){return[...this.element.querySelectorAll("input, button")].filter(e=>null!==e.offsetParent)}onKey(e){if(e.ctrlKey||e.metaKey||e.altKey)return;let t=this.stops(),i=t.indexOf(e.target),a={ArrowRight:1,ArrowLeft:-1}[e.key]??0;if("ArrowDown"===e.key||"Escape"===e.key)this.owner.leave();else if(a)t[Math.min(Math.max(i+a,0),t.length-1)]?.focus({preventScroll:!0});else if(!["Home","End","ArrowUp","PageUp","PageDown"].includes(e.key))return;e.preventDefault(),e.stopPropagation()}},tO=class{owner;order=[];views=new Map;opened=new Map;heights=new Map;active="";frame=0;marked="";body=ed("div",{role:"rowgroup",class:"exlab-body"});head;element;observer;constructor(e){this.owner=e,this.head=new tR({sortBy:e=>this.owner.sortBy(e),pickAll:()=>this.owner.pickAll(),leave:()=>this.focusActive()}),this.element=ed("div",{class:"exlab-grid",role:"grid","aria-label":"Runs","aria-multiselectable":"true",...ec(-1)},this.head.element,this.body),this.body.addEventListener("click",e=>this.onClick(e)),this.body.addEventListener("mousedown",e=>{e.shiftKey&&e.preventDefault()}),this.element.addEventListener("scroll",()=>this.later(),{passive:!0}),this.element.addEventListener("keydown",e=>this.onKey(e)),this.element.addEventListener("focusin",e=>this.onFocus(e)),this.observer=new ResizeObserver(()=>this.later()),this.observer.observe(this.element)}dispose(){this.observer.disconnect(),window.cancelAnimationFrame(this.frame)}setOrder(e){this.order=e,e.includes(this.active)||(this.active=e[0]??""),eu(this.element,"aria-rowcount",e.length+1),this.draw()}repaint(e){for(let t of e){let e=this.views.get(t);e&&this.owner.paint(e)}this.measure()}repaintAll(){this.repaint([...this.views.keys()])}open(e,t){let i=ed("div",{role:"gridcell","aria-colspan":tL.length,class:"exlab-opened-cell"},t.element);this.opened.set(e,{...t,row:ed("div",{role:"row",class:"exlab-opened"},i)}),this.draw(),t.focus()}get isOpen(){return[...this.opened.keys()].some(e=>this.order.includes(e))}reveal(e){let t=this.opened.get(e)?.row,i=this.views.get(e)?.element;if(!t?.isConnected||!i)return;let a=t.getBoundingClientRect().bottom-this.element.getBoundingClientRect().bottom,s=i.getBoundingClientRect().top-this.head.element.getBoundingClientRect().bottom;a>0&&(this.element.scrollTop+=Math.min(a,Math.max(s,0)))}close(e){let t=this.opened.get(e);if(!t)return;let i=t.row.contains(document.activeElement);this.opened.delete(e),this.draw(),i&&this.focusRow(this.order.indexOf(e))}later(){window.cancelAnimationFrame(this.frame),this.frame=window.requestAnimationFrame(()=>this.draw())}draw(){let[e,t]=this.range(),i=this.order.slice(e,t);this.forget(new Set(i)),eg(this.body,i.flatMap((t,i)=>this.nodesOf(t,e+i))),eu(this.element,"tabindex",this.views.has(this.active)?-1:0),this.body.style.paddingTop=`${this.offset(e)}px`,this.body.style.paddingBottom=`${this.offset(this.order.length)-this.offset(t)}px`,this.measure()}range(){if(this.order.length<=80)return[0,this.order.length];let e=this.element.scrollTop-400,t=this.element.scrollTop+this.element.clientHeight+400,i=0,a=-1;for(let s=0;s<this.order.length;s+=1){if(i>t)return[Math.max(a,0),s];i+=this.heightOf(s),a<0&&i>e&&(a=s)}return[Math.max(a,0),this.order.length]}heightOf(e){return this.heights.get(this.order[e]??"")??48}offset(e){let t=0;for(let i=0;i<e;i+=1)t+=this.heightOf(i);return this.order.length<=80?0:t}nodesOf(e,t){let i=this.views.get(e)??this.makeView(e);eu(i.element,"aria-rowindex",t+2),eu(i.element,"tabindex",e===this.active?0:-1),eu(i.element,"aria-current",e===this.marked?"true":null);let a=this.opened.get(e);return a?[i.element,a.row]:[i.element]}makeView(e){let t=this.owner.make(e);return this.views.set(e,t),this.owner.paint(t),t}forget(e){for(let[t,i]of this.views)e.has(t)||([i.element,this.opened.get(t)?.row].some(e=>e?.contains(document.activeElement))&&this.element.focus({preventScroll:!0}),this.views.delete(t))}measure(){if(!(this.order.length<=80))for(let[e,t]of this.views){let i=t.element.offsetHeight+(this.opened.get(e)?.row.offsetHeight??0);i&&this.heights.set(e,i)}}focusRow(e){let t=Math.min(Math.max(e,0),this.order.length-1);t<0||(this.order[t]!==this.marked&&(this.marked=""),this.show(t),this.views.get(this.active)?.element.focus({preventScroll:!0}))}focusActive(){this.focusRow(this.order.indexOf(this.active))}show(e){this.active=this.order[e]??"",this.scrollTo(e),this.draw(),this.views.get(this.active)?.element.scrollIntoView({block:"nearest"})}mark(e){this.marked=e,this.show(Math.max(this.order.indexOf(e),0))}scrollTo(e){if(this.order.length<=80)return;let t=this.offset(e),i=this.element.clientHeight-this.head.element.offsetHeight,a=t+this.heightOf(e);t<this.element.scrollTop?this.element.scrollTop=t:a>this.element.scrollTop+i&&(this.element.scrollTop=a-i)}onFocus(e){let t=e.target instanceof Element?e.target.closest(".exlab-row"):null,i=t?.getAttribute("data-run");if(!i||i===this.active)return;let a=this.views.get(this.active);a&&(a.element.tabIndex=-1),this.marked&&i!==this.marked&&(this.views.get(this.marked)?.element.removeAttribute("aria-current"),this.marked=""),this.active=i,t.tabIndex=0}onKey(e){let t=e.target;if(t.closest(".exlab-opened")||e.ctrlKey||e.metaKey||e.altKey)return;let i=this.steps()[e.key];if(void 0!==i)this.go(e,i);else if(!this.act(e.key,t))return;e.preventDefault()}go(e,t){let i=this.active;"ArrowUp"===e.key&&t<0&&!e.shiftKey?this.head.focus():this.focusRow(t),e.shiftKey&&this.owner.extend(this.active,i)}onClick(e){let t=e.target,i=t.closest(".exlab-row")?.getAttribute("data-run");!(!i||t.closest("button, input, label, a, code"))&&(e.shiftKey?this.owner.extend(i,this.active):(e.ctrlKey||e.metaKey)&&this.owner.pick(i))}act(e,t){let i=t===this.element||t.classList.contains("exlab-row");if("ArrowRight"===e)this.sideways(t,1);else if("ArrowLeft"===e)this.sideways(t,-1);else if("Enter"===e&&i)this.owner.open(this.active);else if(" "===e&&i)this.owner.pick(this.active);else{if("Escape"!==e)return!1;this.escape()}return!0}steps(){let e=this.order.indexOf(this.active),t=Math.max(1,Math.floor(this.element.clientHeight/48)-1);return{ArrowDown:e+1,ArrowUp:e-1,PageDown:e+t,PageUp:e-t,Home:0,End:this.order.length-1}}sideways(e,t){let i=this.views.get(this.active)?.element;if(!i)return;let a=[i,...i.querySelectorAll("button")],s=Math.max(0,a.indexOf(e));a[Math.min(Math.max(s+t,0),a.length-1)]?.focus({preventScroll:!0})}escape(){this.opened.has(this.active)?this.owner.close(this.active):this.owner.drop(),this.focusActive()}},tN="staging-run",tP=["token","reset","clone"],tj={orchestrator_disabled:"Staging is switched off on this server.",config_invalid:"The staging configuration has a mistake.",config_mismatch:"This server's configuration differs from the one in charge.",station_starting:"The staging service is starting.",staging_unavailable:"The staging folder is not there.",nas_unavailable:"The NAS is not there.",signed_out:"Not signed in.",forbidden:"Not allowed.",not_installed:"The staging service is not installed here.",kernel_busy:"Waiting for the kernel.",no_server:"No staging service was found.",token_refused:"The server did not let this notebook in."};function tz(e,t,i){return ed("div",{class:"exlab-remark","data-tone":e},eA(t),ed("span",{},i))}var tV="exlab-wizard:staging:",tD=new Set(["Verified","Cleared","Failed","Blocked"]),tF={all:{label:"All",keeps:()=>!0},attention:{label:"Needs attention",keeps:e=>e.needs_attention},progress:{label:"In progress",keeps:e=>!tD.has(e.display_state)},verified:{label:"Verified",keeps:e=>"Verified"===e.display_state}},tI={states:{title:"State",valueOf:e=>e.display_state,labelOf:e=>e},equipment:{title:"Equipment",valueOf:e=>e.equipment_id,labelOf:e=>e},projects:{title:"Project",valueOf:e=>e.project_name,labelOf:e=>e},kinds:{title:"Kind",valueOf:e=>e.run_kind,labelOf:function(e){return"test"===e?"Test":"experimental"===e?"Experimental":e}}},tB=Object.keys(tI);function tH(){return{quick:"all",text:"",states:[],equipment:[],projects:[],kinds:[]}}function tK(e){return"all"!==e.quick||tX(e.text).length>0||tW(e)>0}function tW(e){return tB.reduce((t,i)=>t+e[i].length,0)}function tU(e,t,i){let a=e[t],s=a.includes(i)?a.filter(e=>e!==i):[...a,i];return{...e,[t]:s}}function tJ(e,t){return e.filter(tQ(t))}function tG(e,t){return"states"===e?tA.indexOf(t):0}var tZ=new Intl.Collator("en",{numeric:!0,sensitivity:"base"});function tQ(e){let t=tX(e.text),i=tF[e.quick].keeps,a=tB.filter(t=>e[t].length>0).map(t=>{let i=new Set(e[t]),{valueOf:a}=tI[t];return e=>i.has(a(e))});return e=>i(e)&&a.every(t=>t(e))&&function(e,t){if(!t.length)return!0;let i=`${e.path} ${e.display_state} ${e.why}`.toLowerCase();return t.every(e=>i.includes(e))}(e,t)}function tX(e){return e.toLowerCase().split(/\s+/).filter(Boolean)}function tY(){return{sort:null,filters:tH()}}var t0=class{constructor(e,t=()=>window.localStorage){this.key=e,this.storage=t}key;storage;load(){if(null===this.key)return tY();try{var e,t;let i,a;return e=this.storage().getItem(this.key),i=t1(function(e){try{return JSON.parse(e??"null")}catch{return null}}(e)),{sort:(t=t1(i.sort),(a=tq.find(e=>e===t.key))?{key:a,down:!0===t.down}:null),filters:function(e){let t=tH();for(let i of("string"==typeof e.quick&&Object.hasOwn(tF,e.quick)&&(t.quick=e.quick),"string"==typeof e.text&&(t.text=e.text),tB)){let a=e[i];Array.isArray(a)&&(t[i]=a.filter(e=>"string"==typeof e))}return t}(t1(i.filters))}}catch{return tY()}}save(e){if(null!==this.key)try{this.storage().setItem(this.key,JSON.stringify(e))}catch{}}};function t1(e){return"object"==typeof e&&null!==e?e:{}}var t2={ArrowRight:(e,t)=>e===t?0:e+1,ArrowDown:(e,t)=>e===t?0:e+1,ArrowLeft:(e,t)=>0===e?t:e-1,ArrowUp:(e,t)=>0===e?t:e-1,Home:()=>0,End:(e,t)=>t};function t6(e,t=["ArrowRight","ArrowLeft","Home","End"]){e.addEventListener("keydown",i=>{let a=t.includes(i.key)&&!i.defaultPrevented?t2[i.key]:void 0,s=t3(e),n=s.indexOf(i.target);!a||n<0||i.shiftKey||i.ctrlKey||i.metaKey||i.altKey||(i.preventDefault(),s[a(n,s.length-1)]?.focus())}),e.addEventListener("focusin",t=>t4(e,t.target))}function t4(e,t=null){let i=t3(e),a=i.find(e=>e===t)??i.find(e=>0===e.tabIndex)??i[0];for(let e of i)e.tabIndex=e===a?0:-1}function t3(e){return[...e.querySelectorAll("button, input, select")].filter(e=>!e.closest("[hidden]"))}var t5=class{constructor(e){this.owner=e,this.all=ep("Show all runs",()=>this.showAll(),{class:"exlab-button exlab-primary"}),this.group=ed("div",{role:"group","aria-label":"Filters in use",class:"exlab-chips"},this.all),this.element=ed("div",{class:"exlab-active",hidden:!0},this.count,this.group),t6(this.group),this.group.addEventListener("keydown",e=>{let t=e.target;("Delete"===e.key||"Backspace"===e.key)&&t!==this.all&&t.click()})}owner;element;count=ed("span",{class:"exlab-shown"});group;all;chips=new Map;show(e,t,i){eu(this.element,"hidden",!tK(e)||!i),eu(this.all,"hidden",!t),eb(this.count,`${H(t)} of ${U(i,"run")}`);let a=tB.flatMap(t=>e[t].map(e=>this.chip(t,e)));eg(this.group,[...a,this.all]),t4(this.group)}showAll(){this.owner.showAll(),this.owner.leave()}chip(e,t){let i=`${e} ${t}`,a=this.chips.get(i);if(a)return a;let{title:s,labelOf:n}=tI[e],r=ed("bdi",{class:"exlab-cut"},`${s}: ${n(t)}`),l=ep("",()=>this.takeOff(e,t),{class:"exlab-chip exlab-active-chip","aria-label":`Take off the filter ${s}: ${n(t)}`});return l.append(r,ed("span",{"aria-hidden":"true"}," \xd7")),this.chips.set(i,l),l}takeOff(e,t){let i=this.chips.get(`${e} ${t}`),a=i?.nextElementSibling??null,s=i===document.activeElement;this.owner.remove(e,t),s&&!this.element.hidden?a?.focus():s&&this.owner.leave()}},t8=class{constructor(e,t){this.name=e,this.toggle=t;let i=ed("legend",{},tI[e].title);this.element=ed("fieldset",{class:"exlab-facet","data-facet":e},i,this.list,this.more),t6(this.list,["ArrowDown","ArrowUp","Home","End"])}name;toggle;element;list=ed("div",{class:"exlab-facet-list"});more=ed("p",{class:"exlab-quiet"});lines=new Map;show(e){let t=e.filter(e=>e.chosen),i=e.filter(e=>!e.chosen).slice(0,Math.max(0,100-t.length)),a=new Set([...t,...i].map(e=>e.value)),s=e.filter(e=>a.has(e.value)),n=e.length-s.length;eb(this.more,n?`${H(n)} more: search for their name.`:""),eg(this.list,s.map(e=>this.line(e))),t4(this.list)}focus(){this.list.querySelector('[tabindex="0"]')?.focus({preventScroll:!0})}line(e){let t=this.lines.get(e.value)??this.make(e);return t.box.checked=e.chosen,eb(t.count,H(e.count)),t.element}make({value:e,label:t}){let i=ed("input",{type:"checkbox",class:"exlab-box","data-value":e,...ec(-1)});i.addEventListener("change",()=>this.toggle(this.name,e));let a=f(e),s="states"===this.name?ed("span",{"data-tone":a.tone,class:"exlab-facet-icon"},eA(a.icon)):null,n=ed("span",{class:"exlab-chip-count"}),r={element:ed("label",{class:"exlab-facet-line",title:t},i,s,ed("bdi",{class:"exlab-cut"},t),n),box:i,count:n};return this.lines.set(e,r),r}},t9=class{constructor(e){this.owner=e;let t=tB.map(e=>[e,new t8(e,(e,t)=>this.owner.toggle(e,t))]);this.lists=Object.fromEntries(t);let i=tL.filter(e=>e.sort).map(e=>ed("option",{value:e.sort},e.label));this.by=ed("select",{class:"exlab-select","aria-label":"Sort by",...ec(0)},ed("option",{value:""},"What needs attention first"),...i),this.by.addEventListener("change",()=>this.owner.sortBy(this.by.value?tT(this.by.value):null)),this.way=ep("",()=>this.sort&&this.owner.sortBy({...this.sort,down:!this.sort.down}),{class:"exlab-button exlab-primary"});let a=ep("Close",()=>this.owner.close(),{class:"exlab-button exlab-primary exlab-facet-close"}),s=ed("fieldset",{class:"exlab-facet exlab-facet-sort"},ed("legend",{},"Sort by"),this.by,this.way,a);this.element=ed("div",{class:"exlab-facets",role:"region","aria-label":"Filter and sort"},...tB.map(e=>this.lists[e].element),s),this.element.addEventListener("keydown",e=>{"Escape"===e.key&&this.owner.close()})}owner;element;lists;by;way;sort=null;show(e,t,i){let a=Object.fromEntries(tB.map(i=>[i,function(e,t,i){let{valueOf:a,labelOf:s}=tI[i],n=new Map(t[i].map(e=>[e,0])),r=tQ({...t,[i]:[]});for(let t of e){let e=a(t);n.set(e,(n.get(e)??0)+ +!!r(t))}let l=new Set(t[i]);return[...n].map(([e,t])=>({value:e,label:s(e),count:t,chosen:l.has(e)})).sort((e,t)=>tG(i,e.value)-tG(i,t.value)||tZ.compare(e.label,t.label))}(e,t,i)]));for(let e of tB)this.lists[e].show(a[e]);this.sort=i,this.by.value=i?.key??"",this.way.hidden=!i,eb(this.way,i?function({key:e,down:t}){return"last"===e?t?"Newest first":"Oldest first":"state"===e?t?"Done first":"Worst first":"run"===e||"equipment"===e||"project"===e?t?"Z to A":"A to Z":t?"Largest first":"Smallest first"}(i):"")}focus(){this.lists.states.focus()}},t7=[["/","search"],["↑ ↓ PgUp PgDn Home End","from run to run; ↑ on the first one reaches the column names"],["Enter","open the run, or close it again"],["← →","between a run and its buttons"],["Space","select the run"],["Shift + ↑ ↓","select a range"],["Ctrl + A (⌘ A)","select all runs shown"],["Esc","close what is open, then drop the selection; the focus returns"],["Tab","to the next part of the panel"],["?","this list"]],ie=Object.keys(tF),it=class{constructor(e){this.owner=e,this.search=ed("input",{type:"search",placeholder:"Filter by name  ( / )","aria-label":"Filter runs",class:"exlab-search",autocomplete:"off",spellcheck:"false",...ec(0)}),this.search.addEventListener("input",()=>this.owner.search(this.search.value)),this.search.addEventListener("keydown",e=>this.onSearchKey(e)),this.chips=ie.map(e=>this.chip(e)),this.filter=ep("Filter and sort",()=>this.owner.toggle("filter"),{class:"exlab-chip exlab-filter-button","aria-expanded":"false"}),this.help=ep("?",()=>this.owner.toggle("help"),{class:"exlab-chip","aria-label":"Keys",title:"Keys","aria-expanded":"false"}),this.group=ed("div",{role:"group","aria-label":"Show",class:"exlab-chips"},...this.chips,this.filter,this.help),t6(this.group),this.element=ed("div",{class:"exlab-toolbar"},this.search,this.group)}owner;element;search;filter;help;group;chips;add(e){this.group.append(e)}show(e){this.search.value!==e.text&&(this.search.value=e.text),this.chips.forEach((t,i)=>eu(t,"aria-pressed",String(ie[i]===e.quick)));let t=this.group.contains(document.activeElement);t4(this.group,t?null:this.chips[ie.indexOf(e.quick)]??null);let i=tW(e);eb(this.filter,i?`Filter and sort (${H(i)})`:"Filter and sort")}count(e){this.chips.forEach((t,i)=>{let a=ie[i]??"all",s=e.filter(tF[a].keeps).length;t.lastElementChild&&eb(t.lastElementChild,H(s)),eu(t,"data-some",s>0&&"attention"===a)})}focusSearch(){this.search.focus(),this.search.select()}chip(e){let t=ed("span",{class:"exlab-chip-count"}),i=ep(`${tF[e].label} `,()=>this.owner.view(e),{class:"exlab-chip","data-filter":e});return i.append(t),i}onSearchKey(e){if("Escape"===e.key&&this.search.value)this.owner.search("");else{if(!["Escape","Enter","ArrowDown"].includes(e.key))return;this.owner.leave()}e.preventDefault()}},ii=class{constructor(e,t){this.keeper=e,this.owner=t,this.choice=e.load(),this.toolbar=new it({search:e=>this.setFilter({text:e}),view:e=>this.setFilter({quick:e}),toggle:e=>this.toggle(e),leave:t.leave}),this.menu=new t9({toggle:(e,t)=>this.setFilter(tU(this.filters,e,t)),sortBy:e=>this.setSort(e),close:()=>this.toggle("")}),this.chips=new t5({remove:(e,t)=>this.setFilter(tU(this.filters,e,t)),showAll:()=>this.showAll(),leave:t.leave}),this.element=ed("div",{class:"exlab-finder"},this.toolbar.element,this.place,this.chips.element,this.notice),this.toolbar.show(this.filters)}keeper;owner;element;toolbar;choice;opened="";menu;chips;place=ed("div",{class:"exlab-filter-place"});notice=ed("div",{class:"exlab-notice-place"});get filters(){return this.choice.filters}get sort(){return this.choice.sort}order(e){return function(e,t){let i=m(e);if(!t)return i;let a=tC[t.key],s=new Map(e.map(e=>[e.path,a(e)])),n=t.down?-1:1;return i.sort((e,t)=>{var i,a,r;return i=s.get(e)??null,a=s.get(t)??null,r=n,null===i||null===a?i===a?0:null===i?1:-1:"number"==typeof i&&"number"==typeof a?r*(i-a):r*tM.compare(String(i),String(a))})}(tJ(e,this.filters),this.sort)}show(e,t){eu(this.element,"hidden",!t.length),this.toolbar.count(t),this.chips.show(this.filters,e,t.length),"filter"===this.opened&&this.menu.show(t,this.filters,this.sort)}setFilter(e){this.keep({...this.choice,filters:{...this.filters,...e}})}sortBy(e){var t;let i;this.setSort((t=this.sort,i=tT(e),t?.key!==e?i:t.down===i.down?{key:e,down:!i.down}:null))}showAll(){this.setFilter(tH())}uncover(e){if(!tK(this.filters)||tJ([e],this.filters).length)return!1;let t=tW(this.filters)?"filter":this.filters.text?"search":"view";return this.showAll(),this.tell(`The ${t} that hid this run was taken off: all runs are shown.`),!0}tell(e){let t=ep("Close",()=>{this.notice.replaceChildren(),this.owner.leave()},{class:"exlab-button"});this.notice.replaceChildren(ed("div",{class:"exlab-notice"},ed("span",{},e),t)),this.owner.say(e)}toggle(e){let t=this.opened,i=this.place.contains(document.activeElement);this.opened=t===e?"":e;let a={filter:this.toolbar.filter,help:this.toolbar.help};for(let[e,t]of Object.entries(a))eu(t,"aria-expanded",String(this.opened===e));"filter"===this.opened?this.showMenu():"help"===this.opened?this.showHelp():this.place.replaceChildren(),!this.opened&&t&&i&&a[t].focus()}showMenu(){this.place.replaceChildren(this.menu.element),this.menu.show(this.owner.rows(),this.filters,this.sort),this.menu.focus()}showHelp(){var e;let t,i,a,s=(e=()=>this.toggle(""),t=t7.flatMap(([e,t])=>[ed("dt",{},ed("kbd",{},e)),ed("dd",{},t)]),i=ep("Close",e,{class:"exlab-button exlab-primary"}),(a=ed("section",{class:"exlab-help","aria-label":"Keys"},ed("dl",{},...t),ed("p",{},"No single key deletes anything, and none of them reaches the notebook."),i)).addEventListener("keydown",t=>{"Escape"===t.key&&e()}),a);this.place.replaceChildren(s),s.querySelector("button")?.focus()}setSort(e){this.keep({...this.choice,sort:e})}keep(e){this.choice=e,this.keeper.save(e),this.notice.replaceChildren(),this.toolbar.show(e.filters),this.owner.changed()}};function ia(e,t){if(!t.equipment.length)return e;let i=new Set(t.equipment);return e.filter(e=>i.has(e.equipment_id))}function is(e,t){let i=ia(e,t);if(!t.states.length)return i;let a=new Set(t.states);return i.filter(e=>a.has(e.display_state))}function ir(e,t){return e.length<2?e.join(""):`${e.slice(0,-1).join(", ")} ${t} ${e[e.length-1]??""}`}var il=class{constructor(e){this.owner=e}owner;wanted="";focus=!1;onHash=()=>this.follow();start(){window.addEventListener("hashchange",this.onHash),this.follow()}stop(){window.removeEventListener("hashchange",this.onHash)}reveal(e,t=!0){this.wanted=e,this.focus=t,this.settle()}settle(){let e=this.wanted,t=""!==e&&this.owner.knows(e);if(""===e||!t&&!this.owner.live())return;this.wanted="";let i=t?this.owner.show(e,this.focus):`${e} is not in the staging list (any more).`;i&&this.owner.tell(i)}follow(){let e=function(e=window.location.hash){let t=e.replace(/^#/,"").split("&").find(e=>e.startsWith(`${tN}=`));if(!t)return"";try{return decodeURIComponent(t.slice(tN.length+1))}catch{return""}}();e&&this.reveal(e,!1)}},io={force_sync:"Force sync",retry:"Retry",verify:"Verify again",pause:"Pause",resume:"Resume",clear:"Clear…"},ih=new Set(["Blocked","Receiving"]),id=class{constructor(e){this.owner=e,this.none=ep("Select none",()=>this.owner.drop(),{class:"exlab-button"}),this.group.append(this.none);let t=ed("span",{class:"exlab-selected"},this.text,this.hidden);this.element=ed("div",{class:"exlab-selection",hidden:!0},t,this.group),t6(this.group)}owner;element;text=ed("strong",{});hidden=ed("span",{class:"exlab-quiet"});group=ed("div",{role:"toolbar","aria-label":"Selected runs",class:"exlab-bulk"});none;drawn="";show(e,t,i){if(eu(this.element,"hidden",!e.length),e.length){var a;let s;for(let n of(eb(this.text,(s=(a=e).reduce((e,t)=>e+(t.local_data?t.byte_total:0),0),`${H(a.length)} selected, ${B(s)}.`)),eb(this.hidden,t?` ${H(t)} of them not shown now.`:""),this.draw(e),this.group.querySelectorAll("[data-bulk]")))eu(n,"aria-disabled",i?"true":null),eu(n,"title",i||null)}}draw(e){let t=Object.keys(io).flatMap(t=>{let i=e.filter(e=>{var i,a;return i=e,!("force_sync"===(a=t)&&ih.has(i.display_state))&&i.actions.includes(a)}).map(e=>e.path),a=i.length<e.length?`${io[t]} (${i.length} of ${e.length})`:io[t];return i.length?[{verb:t,label:a,runs:i}]:[]}),i=JSON.stringify(t);if(i===this.drawn)return;this.drawn=i;let a=this.group.contains(document.activeElement)?document.activeElement?.getAttribute("data-bulk"):null,s=t.map(({verb:e,label:t,runs:i})=>ep(t,()=>this.owner.act(e,i),{class:"exlab-button exlab-primary","data-bulk":e}));this.group.replaceChildren(...s,this.none),t4(this.group),a&&(s.find(e=>e.getAttribute("data-bulk")===a)??this.none).focus()}},ic=class{chosen=new Set;anchor="";beside=new Set;get size(){return this.chosen.size}get paths(){return[...this.chosen]}has(e){return this.chosen.has(e)}toggle(e){this.chosen.delete(e)||this.chosen.add(e),this.anchorAt(e)}extend(e,t,i=""){e.includes(this.anchor)||this.anchorAt(i||t);let[a,s]=[e.indexOf(this.anchor),e.indexOf(t)].sort((e,t)=>e-t);this.chosen=new Set([...this.beside,...e.slice(Math.max(a,0),s+1)])}set(e){this.chosen=new Set(e),this.anchor="",this.beside=new Set}toggleAll(e){let t=new Set(e),i=e.every(e=>this.chosen.has(e)),a=this.paths.filter(e=>!t.has(e));this.set(i?a:[...this.chosen,...e])}keepOnly(e){let t=this.paths.filter(t=>!e.has(t));for(let e of t)this.chosen.delete(e),this.beside.delete(e);return t.length>0}anchorAt(e){this.anchor=e,this.beside=new Set(this.chosen)}},ip=class{constructor(e){this.owner=e,this.bar=new id({act:(e,t)=>this.owner.act(e,t),drop:()=>{this.drop(),this.owner.leave()}})}owner;bar;selection=new ic;reported="";get paths(){return this.selection.paths}has(e){return this.selection.has(e)}get shown(){return this.selection.size?this.owner.order().filter(e=>this.has(e)).length:0}toggle(e){this.selection.toggle(e),this.settle()}extend(e,t){this.selection.extend(this.owner.order(),e,t),this.settle()}all(){this.selection.toggleAll(this.owner.order()),this.settle(),this.owner.say(`${U(this.selection.size,"run")} selected.`)}drop(){return!!this.selection.size&&(this.selection.set([]),this.settle(),!0)}set(e){JSON.stringify([...e].sort())!==JSON.stringify(this.paths.sort())&&(this.selection.set(e),this.reported=JSON.stringify(this.paths),this.refresh(),this.owner.changed())}refresh(e=!1){e&&this.selection.keepOnly(this.owner.rows())?this.settle():this.showBar()}settle(){this.showBar(),this.owner.changed();let e=this.paths,t=JSON.stringify(e);t!==this.reported&&this.owner.report(e),this.reported=t}showBar(){let e=this.owner.rows(),t=this.paths.flatMap(t=>e.get(t)??[]);this.bar.show(t,t.length?t.length-this.shown:0,this.owner.off())}},iu=class{constructor(e,t){var i,a,s;let n;this.table=e,this.options=t,this.limits={equipment:t.equipment??[],states:t.states??[]};let r=t.keepAs?(a=t.baseUrl??"/",s=t.keepAs+((n=[...(i=this.limits).equipment].sort().concat("",[...i.states].sort())).length>1?`:${n.join(",")}`:""),`exlab-wizard:staging:${a}:${s}`):null,l=()=>this.table.grid().focusActive(),{say:o,off:h,bulk:d,feed:c}=e;this.finder=new ii(new t0(r),{changed:()=>this.table.reorder(),leave:l,rows:()=>this.rows(),say:o}),this.picker=new ip({rows:()=>c.rows,order:()=>this.table.grid().order,changed:()=>this.showPicked(),report:e=>this.options.onSelect?.(e),act:d,off:h,say:o,leave:l}),this.linker=new il({live:()=>"live"===c.link.state,knows:e=>c.rows.has(e),show:(e,t)=>this.showRun(e,t),tell:e=>this.finder.tell(e)})}table;options;limits;finder;picker;linker;told="";rows(){return is([...this.table.feed.rows.values()],this.limits)}counted(){return ia([...this.table.feed.rows.values()],this.limits)}get limit(){var e;let t,i;return t=ir((e=this.limits).equipment,"and"),i=ir(e.states,"or"),t&&i?`Only ${t}, if ${i}.`:t||i?`Only ${t||i}.`:""}get restless(){var e;return null!==(e=this.finder.sort)&&tE.has(e.key)}gridOwner(){return{sortBy:e=>this.finder.sortBy(e),pick:e=>this.picker.toggle(e),extend:(e,t)=>this.picker.extend(e,t),pickAll:()=>this.picker.all(),drop:()=>this.picker.drop()}}pick(e,t){t?this.picker.extend(e,this.table.grid().active):this.picker.toggle(e)}ordered(){let e=this.table.grid();this.finder.show(e.order.length,this.rows()),e.head.showSort(this.finder.sort),this.showPicked()}changed(){this.picker.refresh(!0),this.linker.settle()}tellRows(){if(!this.options.onRows)return;let{rows:e}=this.table.feed,t=this.table.grid().order.flatMap(t=>e.get(t)??[]),i=JSON.stringify(t.map(e=>[e.path,e.revision,e.receivedAt]));i!==this.told&&this.options.onRows(t.map(tm)),this.told=i}key(e){let t=e.target;if(t.matches("input:not([type=checkbox]), select, textarea")||e.defaultPrevented||e.altKey)return!1;if(e.ctrlKey||e.metaKey)return this.command(e.key,t);if("/"===e.key)this.finder.toolbar.focusSearch();else{if("?"!==e.key)return!1;this.finder.toggle("help")}return!0}command(e,t){return!("a"!==e.toLowerCase()||t.closest(".exlab-opened, .exlab-review"))&&(this.picker.all(),!0)}showPicked(){let e=this.table.grid();for(let t of e.views.values())t.setPicked(this.picker.has(t.path));e.head.showPicked(this.picker.shown,e.order.length),this.picker.refresh()}showRun(e,t){let i=this.table.feed.rows.get(e),a=this.table.grid();return i&&is([i],this.limits).length?(a.order.includes(e)||(this.finder.uncover(i),this.table.reorder()),a.mark(e),t&&a.focusActive(),""):`${e} is not shown here. ${this.limit}`}},ib=new Set(["Verified","Cleared","Clearing"]);function ig(e,t,i){var a,s,n,r;let l,o,h=e.filter(e=>e.local_data);return[{text:`${U(h.length,"run")}, ${B(ix(h))} on this computer.`,tone:"plain"},...(l=e.filter(e=>e.needs_attention).length)?[{text:`${l} need${1===l?"s":""} attention.`,tone:"alert"}]:[],...function(e,t){let i=e.filter(e=>!ib.has(e.display_state));if(i.length)return[{text:`${B(ix(i))} not verified on the NAS yet.`,tone:"plain"}];if(!e.length)return[];let a=t.reduce((e,t)=>e+t.bytes,0);if(!a)return[{text:"All of it is verified on the NAS.",tone:"good"}];let s=1===t.length?"1 other entry":`${H(t.length)} other entries`,n=1===t.length?"is":"are";return[{text:`All runs are verified on the NAS; ${s} (${B(a)}) ${n} not.`,tone:"alert"}]}(h,i),...(a=e,s=t,(o=im(a))?[{text:`Syncing at ${B(o.rate)}/s${(n=o.left,r=s,n<=0?"":n<60||n>=86400?`, done in ${J(n)}`:`, done about ${Q(new Date(r.getTime()+1e3*n),r)}`)}.`,tone:"plain"}]:[])]}function ix(e){return e.reduce((e,t)=>e+t.byte_total,0)}function im(e){var t;let i,a,s=e.filter(e=>e.progress&&"Syncing"===e.display_state),n=s.reduce((e,t)=>e+(t.progress?.bytes_per_second??0),0);return n<=0?null:{rate:n,left:Math.max(...s.map(e=>e.progress?.seconds_left??0),(i=(t=e).filter(e=>"Waiting"===e.display_state),a=t.flatMap(e=>"Syncing"===e.display_state&&e.progress?[e.progress]:[]),2*(ix(i)+a.reduce((e,t)=>e+(1-t.fraction)*t.bytes_total,0))/n))}}var iw={runs:null,equipment:null,olderThanDays:null,keepNewest:0};function iv(e){let t=e.filter(e=>"Verified"===e.display_state&&e.actions.includes("clear"));return{paths:t.map(e=>e.path),bytes:t.reduce((e,t)=>e+t.byte_total,0)}}function iy(e){return e.reduce((e,t)=>e+t.bytes,0)}function ik(e){return e.proven_at?`proven ${Q(new Date(e.proven_at))}`:"when proven is not known"}function i_(e,t){let i=Number(e);return""!==e.trim()&&Number.isFinite(i)&&i>=t?i:null}var i$={all:null,equipment:{}};function iS(e){return e?.paused??i$}function iA(e,t,i){let a=ed("span",{title:ee(t.at)},ed("strong",{},`${e} is paused by ${t.by} since ${Q(new Date(t.at))}.`)," Nothing is copied or verified meanwhile; new runs are still noticed."),s=ep("Resume",i,{class:"exlab-button exlab-primary","aria-label":"Everything"===e?"Resume everything":`Resume ${e}`});return ed("div",{class:"exlab-banner exlab-paused","data-tone":"grey"},eA("paused"),a,s)}var iC=class{element=ed("ul",{class:"exlab-review-list","aria-label":"Runs to clear",...ec(-1)});runs=[];refused=new Set;said=new Map;words=ik;locked=!1;drawing=0;constructor(e){this.element.addEventListener("change",t=>{let i=t.target;i.checked?this.refused.delete(i.value):this.refused.add(i.value),e()}),t6(this.element,["ArrowDown","ArrowUp","Home","End"])}show(e){this.runs=e,this.element.hidden=!e.length,this.said.clear(),this.element.replaceChildren(),this.draw(this.drawing+=1,0)}picked(){return this.runs.filter(e=>!this.refused.has(e.run_path))}lock(){this.locked=!0,this.element.tabIndex=0,this.show(this.picked())}tell(e){for(let t of(this.words=e,this.runs)){let i=this.said.get(t.run_path);i&&eb(i,e(t))}}draw(e,t){e===this.drawing&&(this.element.append(...this.runs.slice(t,t+100).map(e=>this.line(e))),0===t&&t4(this.element),t+100<this.runs.length&&window.setTimeout(()=>this.draw(e,t+100)))}line(e){let t=ed("input",{type:"checkbox",value:e.run_path,disabled:this.locked,...ec(-1)});t.checked=!this.refused.has(e.run_path);let i=ed("span",{class:"exlab-quiet",title:e.proven_at?ee(e.proven_at):null},this.words(e)),a=ed("bdi",{class:"exlab-review-name",title:e.nas_path?`Stays at ${e.nas_path}`:null},e.run_path),s=ed("span",{class:"exlab-number"},B(e.bytes)),n=ed("span",{class:"exlab-number exlab-quiet"},U(e.files,"file"));return this.said.set(e.run_path,i),ed("li",{},ed("label",{},t,a,n,s,i))}},iE=0,iM=class{constructor(e,t){this.owner=t,this.chosen=e&&new Set(e),this.days=this.number(`${this.id}-days`,"any"),this.newest=this.number(`${this.id}-newest`,"0"),this.criteria=ed("div",{class:"exlab-review-criteria"},ed("label",{},"Verified at least ",this.days," days ago"),ed("label",{},"Keep the newest ",this.newest," of each equipment")),this.keep=ep("Keep",t.close,{class:"exlab-button exlab-primary"}),this.go=ep("Clear",()=>void this.clear(),{class:"exlab-button exlab-danger","aria-disabled":"true"});let i=ed("div",{class:"exlab-answers"},this.keep,this.go),a=[this.title,ed("p",{},"The copies on the NAS stay. Each is read back and compared once more just before anything is deleted here, so this takes a while."),this.criteria,this.said,this.list.element,this.stay,i];this.element=ed("section",{class:"exlab-review","aria-labelledby":this.title.id},...a),this.element.addEventListener("keydown",e=>{"Escape"===e.key&&t.close()})}owner;element;id=`exlab-review-${iE+=1}`;title=ed("h3",{id:`${this.id}-title`},"Clear verified runs");said=ed("p",{role:"status",class:"exlab-review-said"},"Asking what can be cleared…");criteria;days;newest;list=new iC(()=>this.count());stay=ed("div",{class:"exlab-review-stay"});keep;go;chosen;step="choosing";asked=0;timer=0;start(){this.keep.focus({preventScroll:!0}),this.element.scrollIntoView({block:"nearest"}),this.ask()}follow(){"clearing"===this.step&&this.list.tell(e=>this.stateOf(e))}number(e,t){let i=ed("input",{id:e,type:"number",min:0,step:1,inputmode:"numeric",placeholder:t,class:"exlab-search exlab-short",...ec(0)});return i.addEventListener("input",()=>{window.clearTimeout(this.timer),this.timer=window.setTimeout(()=>void this.ask(),300)}),i}wanted(){let e=this.chosen&&[...this.chosen],t=i_(this.days.value,0);return{...iw,runs:e,olderThanDays:t,keepNewest:Math.floor(i_(this.newest.value,0)??0)}}async ask(){let e=this.asked+=1;if(eu(this.go,"aria-disabled","true"),!this.days.validity.valid||!this.newest.validity.valid){this.list.show([]),this.fail(Error("Please type whole numbers: days, and how many runs to keep."));return}eb(this.said,"Asking what can be cleared…");try{var t;let i=await this.owner.api.clearVerified({runs:(t=this.wanted()).runs,equipment_id:t.equipment,older_than_days:t.olderThanDays,keep_newest:t.keepNewest,dry_run:!0});e===this.asked&&"choosing"===this.step&&this.show(i)}catch(t){e===this.asked&&this.fail(t)}}fail(e){eb(this.said,e instanceof Error?e.message:String(e)),this.said.dataset.tone="red"}show(e){var t;delete this.said.dataset.tone,this.list.show(e.runs.filter(e=>"would_clear"===e.outcome)),this.showStay(e.runs.filter(e=>"kept"===e.outcome),null===this.chosen),this.count(),this.keep===document.activeElement&&(t=()=>this.keep.scrollIntoView({block:"nearest"}),window.requestAnimationFrame(()=>window.requestAnimationFrame(t)))}showStay(e,t){if(!e.length)return void this.stay.replaceChildren();let i=e.map(e=>ed("li",{},ed("bdi",{},e.run_path),ed("span",{class:"exlab-quiet"},` ${e.message}`))),a=ed("summary",{...ec(0)},`${U(e.length,"run")} ${1===e.length?"stays":"stay"}, and why`),s=ed("ul",{"aria-label":"Runs that stay",...ec(0)},...i);this.stay.replaceChildren(ed("details",{open:!t},a,s))}count(){let e=this.list.picked(),t=this.list.runs;eb(this.go,e.length?`Clear ${U(e.length,"run")}, free ${B(iy(e))}`:"Clear nothing"),eu(this.go,"aria-disabled",e.length?null:"true");let i=`${U(e.length,"run")} of ${H(t.length)}, ${B(iy(e))} of ${B(iy(t))}.`;eb(this.said,t.length?i:"No run can be cleared under these conditions.")}async clear(){let e=this.list.picked();this.step="clearing",this.lock(e);try{this.report(await this.owner.api.clearVerified({runs:e.map(e=>e.run_path),equipment_id:null,older_than_days:null,keep_newest:0,dry_run:!1}))}catch(e){var t;this.step="done",this.fail(Error((t=e instanceof Error?e.message:String(e),`${t} What was begun goes on in the service; the rows tell how far it is.`))),this.owner.say(this.said.textContent)}eb(this.keep,"Close"),this.owner.over(),this.owner.wake()}lock(e){let t=this.element.contains(document.activeElement);this.criteria.hidden=!0,this.go.hidden=!0,this.list.tell(()=>"waits"),this.list.lock(),eb(this.keep,"Hide, it goes on"),t&&this.keep.focus({preventScroll:!0}),eb(this.said,`Clearing ${U(e.length,"run")}, ${B(iy(e))}. You may close this: it goes on.`),this.owner.wake()}stateOf(e){let t=this.owner.row(e.run_path);return t?"Cleared"===t.display_state?"cleared":"Clearing"===t.display_state?t.why||"clearing":"waits":"no longer listed"}report(e){let t,i;this.step="done";let a=new Map(e.runs.map(e=>[e.run_path,e]));this.list.tell(e=>{var t;return(t=a.get(e.run_path))?"cleared"===t.outcome?`freed ${B(t.bytes)}`:`stayed: ${t.message}`:"no longer listed"}),this.showStay(e.runs.filter(e=>"kept"===e.outcome),!1),eb(this.title,e.runs_freed?"Cleared":"Nothing was cleared");let s=(t=e.runs.filter(e=>"kept"===e.outcome).length,i=e.runs_freed?`Freed ${B(e.bytes_freed)}: ${U(e.runs_freed,"run")}, ${U(e.files_freed,"file")}. The copies on the NAS stay.`:"Nothing was cleared.",t?`${i} ${U(t,"run")} stayed:`:i);eb(this.said,s),this.said.dataset.tone=e.runs_freed?"green":"amber",this.owner.say(s)}},iq=class{constructor(e,t,i){this.api=e,this.host=t,this.owner=i,this.clear=ep("",()=>this.openReview(null,this.clear),{class:"exlab-button exlab-primary exlab-clear-all",tabindex:-1,hidden:!0}),this.more=ep("⋯",()=>this.menu(),{class:"exlab-button",tabindex:-1,"aria-label":"More for the whole station",title:"Pause and resume","aria-haspopup":"menu","aria-expanded":"false"}),this.buttons=ed("div",{class:"exlab-whole"},this.clear,this.more)}api;host;owner;buttons;banners=ed("div",{class:"exlab-pauses",role:"status"});place=ed("div",{class:"exlab-review-place"});clear;more;review=null;said="";drawn="";show(){let{paths:e,bytes:t}=iv(this.owner.rows()),i=this.owner.off();for(let a of(this.offer(e.length>0),eb(this.clear,`Clear verified runs… (${B(t)})`),[this.clear,this.more]))eu(a,"aria-disabled",i?"true":null);eu(this.clear,"title",i||null),this.showPauses(),this.review?.follow()}openReview(e,t=null){let i=new iM(e??(this.owner.limited?iv(this.owner.rows()).paths:null),{api:this.api,row:this.owner.row,say:this.owner.say,wake:this.owner.wake,close:()=>{let e=i.element.contains(document.activeElement);i.element.remove(),this.review===i&&(this.review=null),e&&(t?.offsetParent?t:this.host).focus({preventScroll:!0})},over:()=>i.element.isConnected||this.place.append(i.element)});this.review=i,this.place.replaceChildren(i.element),i.start()}offer(e){if(!e===this.clear.hidden)return;let t=this.clear===document.activeElement;this.clear.hidden=!e,this.buttons.parentElement&&t4(this.buttons.parentElement),t&&!e&&this.more.focus({preventScroll:!0})}showPauses(){var e;let t,i,a=iS(this.owner.station()),s=JSON.stringify([a,this.said]);if(s===this.drawn)return;this.drawn=s;let n=this.said?[ed("div",{class:"exlab-remark","data-tone":"red"},ed("span",{},this.said))]:[],r=this.banners.contains(document.activeElement);this.banners.replaceChildren(...(e=e=>void this.pause(e,!1),t=a.all?[iA("Everything",a.all,()=>e(null))]:[],i=Object.entries(a.equipment).sort(([e],[t])=>e<t?-1:1),[...t,...i.map(([t,i])=>iA(t,i,()=>e(t)))]),...n),r&&this.more.focus({preventScroll:!0})}menu(){var e;let t,i,a=this.owner.rows().map(e=>e.equipment_id),s=(e=iS(this.owner.station()),t={equipment:null,pause:!e.all,label:e.all?"Resume everything":"Pause everything"},(i=[...new Set([...a,...Object.keys(e.equipment)])].sort()).length<2&&!Object.keys(e.equipment).length?[t]:[t,...i.map(t=>{let i=!e.equipment[t];return{equipment:t,pause:i,label:`${i?"Pause":"Resume"} ${t}`}})]).map(e=>({label:e.label,act:()=>void this.pause(e.equipment,e.pause)}));eG(this.more,this.host,"The whole station",s,()=>this.more.focus({preventScroll:!0}))}async pause(e,t){let i=e??"everything";this.owner.say(`${t?"Pausing":"Resuming"} ${i}.`);try{let a=await (t?this.api.pauseAll(e):this.api.resumeAll(e)),s=this.owner.station();s&&(s.paused=a.paused),this.said="",this.owner.say(`${"everything"===i?"Everything":i} is ${t?"paused":"resumed"}.`)}catch(e){this.said=eU(e).text,this.owner.say(this.said)}this.showPauses(),this.owner.wake()}},iT=class{api;options;feed;touchedAt=-1e4;visited="";keptAt=-3e4;summary=ed("p",{class:"exlab-summary"});disk=ed("span",{class:"exlab-disk"});banner=ed("div",{role:"status",class:"exlab-banner-place"});status=ed("div",{role:"status",class:"exlab-unseen"});remarks=ed("div",{class:"exlab-remarks"});said="";empty=ed("div",{class:"exlab-empty-place"});foot=ed("div",{class:"exlab-foot"});element=ed("section",{class:"exlab-staging","aria-label":"Staging",...ec(-1)});watcher;onPage;inView=!0;doer;whole;finding;stale=!0;grid;chart;timer=0;constructor(e,t){this.api=e,this.options=t,this.feed=t.feed??new v(e),this.finding=this.makeFinding(),this.grid=new tO({make:e=>new tw(e,(e,t,i)=>this.doer.act(e,t,i),(e,t)=>this.finding.pick(e,t)),paint:e=>this.paint(e),open:e=>this.doer.under.toggleLog(e),close:e=>this.doer.under.closeAny(e),...this.finding.gridOwner()});let i={row:e=>this.feed.rows.get(e),off:()=>this.off(),say:e=>eb(this.status,e),wake:()=>this.feed.wake()};this.whole=new iq(e,this.element,{...i,rows:()=>this.finding.rows(),limited:""!==this.finding.limit,station:()=>this.feed.station}),this.doer=new tS(e,this.grid,this.element,{...i,changed:e=>this.grid.repaint([e]),link:e=>(function(e,t=window.location.href){let i=new URL(t);for(let e of tP)i.searchParams.delete(e);return i.username="",i.password="",i.hash=`${tN}=${encodeURIComponent(e)}`,i.href})(e),review:e=>this.whole.openReview(e)}),this.chart=function({activity:e}){if(!e)return null;let t="chart-open";return new eC({load:e,wasOpen:()=>(function(e){try{let t=window.localStorage.getItem(tV+e);return"yes"===t||"no"!==t&&null}catch{return null}})(t),keepOpen:e=>(function(e,t){try{window.localStorage.setItem(tV+e,t?"yes":"no")}catch{}})(t,e)})}(e),this.assemble(),this.watcher=new IntersectionObserver(e=>this.seen(e.at(-1)?.isIntersecting??!0)),this.onPage=()=>this.seen(this.inView)}makeFinding(){return new iu({feed:this.feed,grid:()=>this.grid,reorder:()=>this.reorder(!1),off:()=>this.off(),say:e=>eb(this.status,e),bulk:(e,t)=>this.doer.bulk(e,t)},this.options)}assemble(){let e=ed("h2",{class:"exlab-title"},"Staging"),t=[ed("div",{class:"exlab-top"},e,this.summary,this.disk),this.banner,this.whole.banners,ed("div",{class:"exlab-limit",hidden:!this.finding.limit},this.finding.limit),this.remarks,this.finding.finder.element,this.whole.place,this.grid.element,this.empty,this.finding.picker.bar.element,...this.chart?[this.chart.element]:[],this.foot,this.status];for(let e of(this.finding.finder.toolbar.add(this.whole.buttons),this.element.append(...t),this.options.height&&(this.element.style.height=this.options.height,this.element.dataset.height="fixed"),this.element.addEventListener("keydown",e=>this.onKey(e)),this.grid.element.addEventListener("focusin",()=>this.visited=this.grid.active),["pointerdown","keydown"]))this.grid.element.addEventListener(e,()=>this.touchedAt=performance.now())}start(){this.options.snapshot&&this.showSnapshot(this.options.snapshot),this.watcher.observe(this.element),document.addEventListener("visibilitychange",this.onPage),this.timer=window.setInterval(()=>this.tick(),1e3),this.showLink(!1),this.finding.linker.start(),this.feed.start(e=>this.onChange(e))}dispose(){this.feed.stop(),this.finding.linker.stop(),this.grid.dispose(),this.chart?.dispose(),this.watcher.disconnect(),document.removeEventListener("visibilitychange",this.onPage),window.clearInterval(this.timer),this.element.remove()}showSnapshot(e){this.feed.seed(e),this.reorder(!1),this.showStation()}seen(e){this.inView=e,this.feed.setVisible(e&&!document.hidden),this.feed.visible&&this.chart?.refresh(!0)}onChange(e){if(e.link&&this.showLink(!0),"live"===this.feed.link.state){for(let e of(this.stale||=this.finding.restless,this.grid.opened.keys()))this.feed.rows.has(e)||this.doer.under.closeAny(e);for(let t of((e.order||e.link)&&this.reorder(this.isHeld()),this.grid.repaint(e.rows),this.finding.changed(),this.showStation(),this.keep(),e.rows))this.doer.under.follow(t)}}tick(){this.feed.visible&&(this.grid.repaintAll(),this.chart?.refresh(),this.stale&&!this.isHeld()&&"live"===this.feed.link.state&&this.reorder(!1),this.finding.tellRows())}isHeld(){return!!this.grid.element.matches(":hover")||!!this.grid.isOpen||performance.now()-this.touchedAt<1e4}reorder(e){var t,i;let a,s=this.finding.rows(),n=this.finding.finder.order(s),r=e?(t=this.grid.order,i=this.feed.rows,a=new Set(t),[...t.filter(e=>i.has(e)),...n.filter(e=>!a.has(e))]):n;r.join("\n")!==this.grid.order.join("\n")&&this.grid.setOrder(r),this.stale=e,this.finding.ordered(),this.showEmpty(r.length,s.length)}showEmpty(e,t){let i=e||"refused"===this.feed.link.state?"":t?"filtered":this.feed.link.state;if(eu(this.grid.element,"hidden",!e),eu(this.finding.finder.element,"hidden",!t&&"live"!==this.feed.link.state),this.empty.dataset.state===i)return;this.empty.dataset.state=i;let a=ed("div",{class:"exlab-empty"},"Reading the staging list…"),s=()=>{this.finding.finder.showAll(),this.grid.focusActive()},n=()=>(function(e,t,i,a=""){if(t){let e=ep("Show all runs",i,{class:"exlab-button exlab-primary"});return ed("div",{class:"exlab-empty"},ed("p",{},"No run matches this filter."),e)}if(a)return ed("div",{class:"exlab-empty"},ed("p",{},`Nothing to show here. ${a}`));let s=ed("p",{},"Watched folder: ",ed("code",{},e?.staging_root??""),". Another one: ",ed("code",{},"orchestrator.staging_root")," in the configuration file.");return ed("div",{class:"exlab-empty"},ed("p",{},ed("strong",{},"Nothing is staged. Runs show up here by themselves as soon as an instrument writes its first file.")),s)})(this.feed.station,t,s,this.finding.limit);this.empty.replaceChildren(...""===i?[]:"loading"===i?[a]:[n()])}showLink(e){let{link:t}=this.feed,i=this.element.dataset.link;eu(this.element,"data-link",t.state);let a=function(e,t){if("down"===e.state){var i,a;let s,n,r;return i=e,a=t,s=i.since?` since ${Q(i.since)}`:"",n=ed("span",{},ed("strong",{},`The staging service does not answer${s}.`)," Copying may go on without this page. Trying again every 5 s."),r=ep("Try now",a,{class:"exlab-button exlab-primary"}),ed("div",{class:"exlab-banner","data-tone":"amber"},eA("failed"),n,r)}if("refused"!==e.state)return null;let s="station_starting"===e.code||"kernel_busy"===e.code,n=ed("span",{},ed("strong",{},tj[e.code]??"The staging service refused."),` ${e.message}`);return ed("div",{class:"exlab-banner","data-tone":s?"grey":"amber"},eA(s?"waiting":"failed"),n)}(t,()=>this.feed.wake()),s=e&&"live"===t.state&&("down"===i||"refused"===i),n=this.banner.contains(document.activeElement);this.banner.replaceChildren(...a?[a]:s?[ed("div",{class:"exlab-banner","data-tone":"green"},eA("verified"),ed("span",{},"Connected again."))]:[]),n&&(this.banner.querySelector("button")??this.element).focus({preventScroll:!0}),s&&window.setTimeout(()=>"live"===this.feed.link.state&&this.banner.replaceChildren(),5e3),this.grid.repaintAll(),this.whole.show(),this.finding.picker.refresh(),this.showEmpty(this.grid.order.length,this.finding.rows().length)}showStation(){var e,t,i;let a,s,n,{station:r}=this.feed;if(!r)return;this.showSummary(),this.whole.show();let l=r.disk?`${B(r.disk.free)} free of ${B(r.disk.total)}`:"";eb(this.disk,l);let o=function(e){let{mode:t,detail:i,rescan_seconds:a}=e.watcher,s="events"===t?`live, checked again every ${Math.round(a)} s`:`looked at every ${Math.round(a)} s`;return{text:`Watching ${e.staging_root} (${s})`,title:i}}(r);eb(this.foot,o.text),this.foot.title=o.title;let h=this.api.remark?.()??"",d=JSON.stringify([r.version,r.targets,r.leader,r.unrecognised,h]);d!==this.said&&(e=this.remarks,t=function(e,t="",i=""){var a,s;let n=e.targets.filter(e=>"unavailable"===e.state||"full"===e.state).map(e=>{var t;let i;return tz("amber","failed",`${i=(t=e).since?` since ${Q(new Date(t.since))}`:"","full"===t.state?`NAS ${t.nas_root} is full${i}.`:`NAS ${t.nas_root} not reachable${i}.`} ${e.why}`.trim())}),r=e.leader.message&&(!e.leader.leads||e.leader.config_mismatch)?[tz("grey","paused",e.leader.message)]:[],l=t?[tz("grey","waiting",t)]:[];return[...(a=i,s=e.version??"",a&&s&&a!==s?[tz("amber","failed",`This page shows the panel of version ${a}, the server runs ${s}. Reload the page; if this stays, restart the Jupyter server.`)]:[]),...n,...r,...function(e){if(!e.length)return[];let t=e.reduce((e,t)=>e+t.bytes,0),i={"data-tone":t?"amber":"grey",open:t>0&&e.length<=3},a=`${1===e.length?"1 entry":`${e.length} entries`} in the staging folder, ${B(t)}, not taken for runs`,s=e.map(e=>ed("li",{},ed("code",{},e.path),` ${B(e.bytes)}. ${e.reason} `,ed("em",{},e.remedy))),n=ed("summary",{...ec(0)},eA("more"),a);return[ed("details",{class:"exlab-remark exlab-strangers",...i},n,ed("ul",{},...s))]}(e.unrecognised),...l]}(r,h,this.options.uiVersion),i=this.element,a=e.querySelector("details"),s=e.contains(document.activeElement),e.replaceChildren(...t),n=e.querySelector("details"),a&&n&&(n.open=a.open),s&&(n?.querySelector("summary")??i).focus({preventScroll:!0})),this.said=d}showSummary(){if("loading"===this.feed.link.state&&!this.feed.rows.size)return;let e=[this.finding.counted(),new Date,this.feed.station?.unrecognised??[]];this.options.onSummary?.(function(e,t,i){let a=e.filter(e=>e.local_data),s=im(e);return{runs:a.length,bytes_here:ix(a),bytes_not_safe:ix(a.filter(e=>!ib.has(e.display_state))),needs_attention:e.filter(e=>e.needs_attention).length,bytes_per_second:s?.rate??0,seconds_left:s?.left??null,text:ig(e,t,i).map(e=>e.text).join(" ")}}(...e));let t=ig(...e),i=t.map(e=>e.tone+e.text).join(" ");this.summary.dataset.drawn!==i&&(this.summary.dataset.drawn=i,this.summary.replaceChildren(...t.map(e=>ed("span",{"data-tone":e.tone},`${e.text} `))))}keep(){if(!this.options.onSnapshot||!this.feed.station||performance.now()-this.keptAt<3e4)return;this.keptAt=performance.now();let e=this.grid.order.slice(0,100).flatMap(e=>this.feed.rows.get(e)??[]);this.options.onSnapshot({station:this.feed.station,rows:e.map(tm)})}off(){let{link:e}=this.feed;return"live"===e.state?"":"refused"===e.state?e.message:"The staging service does not answer."}paint(e){let t=this.feed.rows.get(e.path);t&&e.update(tm(t),this.doer.deeds.noteOf(t),this.off()),e.setPicked(this.finding.picker.has(e.path))}activeRun(){let[e,...t]=this.finding.picker.paths;return e&&!t.length?e:this.grid.order.includes(this.visited)?this.visited:""}onKey(e){e.stopPropagation(),this.finding.key(e)&&e.preventDefault()}},iL=class extends d.Widget{constructor(e,t){super(),this.source=e,this.keepAs=t,this.ready=new Promise(e=>this.settle=e),this.addClass("exlab-lab"),this.title.icon=E,this.title.caption="Staging: is my data safe, and may I free the disk?"}source;keepAs;ready;mounted=null;settle;get activeRun(){return this.isVisible?this.mounted?.activeRun()??"":""}dispose(){this.mounted?.dispose(),super.dispose()}onAfterAttach(){this.isVisible&&this.mount()}onAfterShow(){this.mount()}mount(){if(this.mounted)return;let{api:e,feed:t,version:i,baseUrl:a}=this.source;this.mounted=function(e,t,i={}){let a=new iT(t,i);e.append(a.element),a.start();let{picker:s,linker:n,finder:r}=a.finding;return{dispose:()=>a.dispose(),select:e=>s.set(e),reveal:e=>n.reveal(e),setFilter:e=>r.setFilter(e),activeRun:()=>a.activeRun(),act:(e,t)=>a.doer.perform(e,t),review:()=>a.whole.openReview(null),pauseAll:e=>void a.whole.pause(null,e)}}(this.node,e,{feed:t.view(),uiVersion:i,keepAs:this.keepAs,baseUrl:a}),this.settle(this.mounted)}},iR="exlab-wizard-side",iO=class{constructor(e,t){this.app=e,this.source=t,this.side=new iL(t,"side"),this.side.id=iR,e.shell.add(this.side,"right",{rank:700,type:"Staging"})}app;source;side;tracker=new s.WidgetTracker({namespace:"exlab-wizard"});openSide(){return this.app.shell.activateById(iR),this.side.ready}async openTab(){let e=this.tracker.currentWidget,t=e&&!e.isDisposed?e:this.makeTab();return t.isAttached||this.app.shell.add(t,"main"),this.tracker.has(t)||await this.tracker.add(t),this.app.shell.activateById(t.id),t.content.ready}current(){let e=this.tracker.currentWidget;return e?.isVisible?e.content.ready:this.openSide()}get activeRun(){return this.tracker.currentWidget?.content.activeRun||this.side.activeRun}makeTab(){let e=new s.MainAreaWidget({content:new iL(this.source,"tab")});return e.id="exlab-wizard-tab",e.title.label="Staging",e.title.icon=E,e.title.closable=!0,e.toolbar.hide(),e}},iN="staging-run",iP=new Set(["sync_verified","cleared"]),ij=class{failed=null;open=!1;look(e){let t=this.failed,i=e.filter(e=>"Failed"===e.display_state);return this.failed=new Set(i.map(e=>e.path)),[...(t?i.filter(e=>!t.has(e.path)):[]).map(iV),...this.verifiedItem(e)]}verifiedItem(e){let t=e.filter(e=>e.local_data),i=t.some(iz),a=this.open&&!i&&t.length>0;if(this.open=i,!a||e.some(e=>e.needs_attention))return[];let s=t.reduce((e,t)=>e+t.byte_total,0);return[{kind:"verified",text:`All runs are verified on the NAS: ${U(t.length,"run")}, ${B(s)} on this computer.`,path:""}]}};function iz(e){return!iP.has(e.current_state)}function iV(e){let[t,,,i]=e.path.split("/"),a=`${i??e.path} (${t}) failed. ${e.why}`;return{kind:"failed",text:a.length>135?`${a.slice(0,135)}…`:a,path:e.path}}var iD=[["Syncing","syncing"],["Verifying","verifying"],["Clearing","clearing"],["Restoring","restoring"]],iF=[["Stalled","stalled"],["Paused","paused"],["Receiving","receiving"],["Waiting","waiting"]];function iI(e,t){return t.flatMap(([t,i])=>{let a=e.filter(e=>e.display_state===t&&!e.needs_attention).length;return a?[`${H(a)} ${i}`]:[]})}var iB={orchestrator_disabled:"switched off",not_installed:"not installed",station_starting:"starting",signed_out:"not signed in",config_invalid:"mistake in the configuration",config_mismatch:"two configurations"},iH=new Set(["orchestrator_disabled","not_installed","station_starting"]),iK=class extends d.Widget{words=document.createElement("span");button;unlisten;shape="";constructor(e,t){super(),this.button=ep("",t,{class:"exlab-statusitem"}),this.button.append(eA("waiting"),this.words),this.node.append(this.button),this.unlisten=e.listen(()=>this.draw(e.feed)),this.draw(e.feed)}dispose(){this.unlisten(),super.dispose()}draw(e){let t=[...e.rows.values()],i=e.station?.unrecognised??[],a=function(e,t,i=0){if("live"!==t.state){var a,s,n=t;if("loading"===n.state)return{text:"Staging",shape:"waiting",tone:"plain"};if("down"===n.state){let e=n.since?` since ${Q(n.since)}`:"";return{text:`Staging: does not answer${e}`,shape:"failed",tone:"alert"}}let e=iH.has(n.code);return{text:`Staging: ${iB[n.code]??"not available"}`,shape:e?"paused":"failed",tone:e?"plain":"alert"}}let r=e.filter(e=>e.needs_attention).length,l=iI(e,iD),o=l.length?l:iI(e,iF);if(r&&o.push(`${H(r)} need${1===r?"s":""} attention`),!o.length){let t,n;return a=e,s=i,(n=(t=a.filter(e=>e.local_data)).filter(e=>!ib.has(e.display_state)).length)?{text:`Staging: ${H(n)} not verified`,shape:"waiting",tone:"plain"}:s?{text:`Staging: ${B(s)} belong to no run`,shape:"failed",tone:"alert"}:t.length?{text:"Staging: all verified",shape:"verified",tone:"good"}:{text:"Staging: empty",shape:"cleared",tone:"plain"}}let h=r?"failed":l.length?"syncing":"waiting";return{text:`Staging: ${o.join(", ")}`,shape:h,tone:r?"alert":"plain"}}(t,e.link,i.reduce((e,t)=>e+t.bytes,0));eb(this.words,a.text),eu(this.button,"data-tone",a.tone);let s=ig(t,new Date,i),n="live"===e.link.state?s.map(e=>e.text).join(" "):e.link.message;eu(this.button,"title",`${n} Click for the staging panel.`.trim()),this.shape!==a.shape&&(this.shape=a.shape,this.button.replaceChildren(eA(a.shape),this.words))}},iW="exlab-wizard:plugin",iU=/^(JupyterLab|Jupyter Notebook)/,iJ=new Set(["","tree","notebooks"]),iG={id:iW,description:"The staging panel beside the notebook: is my data safe, and may I free the disk?",autoStart:!0,optional:[a.ILayoutRestorer,s.ICommandPalette,r.ILauncher,o.IStatusBar,l.ISettingRegistry],activate:function(e,t,i,a,r,l){var o,h,d,c,b,g,f,x;let m,w,v,k,_,$,S;if(!iU.test(e.name)||!iJ.has(n.PageConfig.getOption("notebookPage")))return;(m=document.createElement("style")).dataset.owner="exlab-wizard",m.textContent=`/* src/table/finding.css */
.exlab-staging .exlab-box {
  appearance: auto;
  flex: none;
  width: 15px;
  height: 15px;
  margin: 0;
  accent-color: var(--exlab-focus);
  cursor: pointer;
}
.exlab-facets,
.exlab-help {
  padding: 8px 14px 12px;
  border-top: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-facets {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
  gap: 10px 18px;
}
.exlab-staging .exlab-facet {
  display: flex;
  flex-direction: column;
  min-width: 0;
  margin: 0;
  padding: 0;
  border: none;
}
.exlab-facet legend {
  padding: 0 0 4px;
  font-weight: 600;
}
.exlab-facet-list {
  max-height: 344px;
  overflow-y: auto;
}
.exlab-facet-line {
  display: flex;
  align-items: center;
  gap: 7px;
  min-height: 26px;
  padding: 0 6px 0 3px;
  border-radius: 3px;
  cursor: pointer;
  white-space: pre;
}
.exlab-facet-line:hover {
  background: color-mix(in srgb, var(--exlab-text) 6%, transparent);
}
.exlab-facet-line > .exlab-cut {
  flex: 1;
}
.exlab-facet-icon {
  display: flex;
}
.exlab-facet-sort {
  gap: 6px;
  align-items: flex-start;
}
.exlab-staging .exlab-select {
  max-width: 100%;
  height: 28px;
  padding: 0 4px;
  font: inherit;
  font-size: 12px;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-facet-close {
  margin-top: auto;
}
.exlab-help dl {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 3px 16px;
  margin: 0 0 8px;
}
.exlab-help dd {
  margin: 0;
  overflow-wrap: anywhere;
}
.exlab-staging .exlab-help dt {
  float: none;
  width: auto;
  min-width: 0;
  overflow-wrap: anywhere;
}
.exlab-staging .exlab-help kbd {
  padding: 0 4px;
  font: inherit;
  color: inherit;
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
  border-radius: 3px;
  box-shadow: none;
}
.exlab-help p {
  margin-bottom: 8px;
  color: var(--exlab-quiet);
}
.exlab-active {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 4px 10px;
  padding: 0 14px 8px;
}
.exlab-active-chip > [aria-hidden] {
  margin-left: 5px;
}
.exlab-shown {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-staging .exlab-active-chip {
  display: flex;
  max-width: 320px;
  border-color: var(--exlab-edge);
  background: var(--exlab-raised);
  white-space: pre;
}
.exlab-notice {
  display: flex;
  align-items: center;
  gap: 10px;
  padding: 6px 14px;
  border-top: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-notice > span {
  flex: 1;
  overflow-wrap: anywhere;
}
.exlab-staging .exlab-sort {
  max-width: 100%;
  min-height: 26px;
  margin: 0 -4px;
  padding: 0 4px;
  font: inherit;
  color: inherit;
  background: none;
  border: none;
  border-radius: 3px;
  cursor: pointer;
  white-space: nowrap;
}
.exlab-sort:hover {
  background: color-mix(in srgb, var(--exlab-text) 7%, transparent);
}
.exlab-sorted {
  display: inline-block;
  margin-left: 3px;
}
.exlab-sorted:empty {
  display: none;
}
.exlab-pick > label {
  display: flex;
  align-items: center;
  justify-content: center;
  width: 26px;
  height: 26px;
  margin: -3px 0 0 -5.5px;
}
.exlab-staging .exlab-row[aria-selected=true] {
  background: color-mix(in srgb, var(--exlab-focus) 10%, var(--exlab-ground));
}
.exlab-row[aria-current=true] {
  outline: 2px solid var(--exlab-focus);
  outline-offset: -2px;
}
.exlab-selection {
  position: sticky;
  bottom: 0;
  z-index: 1;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px 14px;
  padding: 7px 14px;
  border-top: 1px solid var(--exlab-edge);
  background: color-mix(in srgb, var(--exlab-focus) 10%, var(--exlab-ground));
}
.exlab-selected {
  font-variant-numeric: tabular-nums;
}
.exlab-bulk {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 6px;
}
@media (forced-colors: active) {
  .exlab-row[aria-selected=true] {
    background: Highlight;
    color: HighlightText;
    forced-color-adjust: none;
  }
  .exlab-selection {
    border: 1px solid CanvasText;
  }
}
.exlab-limit {
  padding: 0 14px 8px;
  color: var(--exlab-quiet);
  font-weight: 600;
}

/* src/table/acting.css */
.exlab-remedies {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 6px;
}
.exlab-remedies:empty {
  display: none;
}
.exlab-staging .exlab-remedies .exlab-button {
  border-color: var(--exlab-edge);
  background: var(--exlab-ground);
}
.exlab-staging .exlab-row [data-verb=menu] {
  padding: 2px 0;
  font-weight: 700;
  line-height: 1;
}
.exlab-staging .exlab-menu {
  position: fixed;
  inset: auto;
  z-index: 10000;
  display: block;
  max-width: min(340px, calc(100vw - 16px));
  margin: 0;
  padding: 4px;
  overflow-y: auto;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 4px;
  box-shadow: 0 3px 12px rgb(0 0 0 / 28%);
  font: 13px/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
}
.exlab-staging .exlab-menu-item {
  display: block;
  width: 100%;
  min-height: 28px;
  padding: 4px 10px;
  font: inherit;
  color: inherit;
  text-align: left;
  background: none;
  border: none;
  border-radius: 3px;
  cursor: pointer;
  white-space: nowrap;
}
.exlab-staging .exlab-menu-item:is(:hover, :focus) {
  background: color-mix(in srgb, var(--exlab-text) 9%, var(--exlab-ground));
}
.exlab-staging .exlab-menu-item[aria-disabled=true] {
  border: none;
}
.exlab-menu-why {
  display: block;
  font-size: 12px;
  white-space: normal;
  overflow-wrap: anywhere;
}
.exlab-chips {
  flex: 1;
}
.exlab-whole {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
  margin-left: auto;
}
.exlab-pauses:empty {
  display: none;
}
.exlab-details-bar {
  display: flex;
  align-items: center;
  justify-content: space-between;
}
.exlab-parts {
  display: grid;
  grid-template-columns: repeat(auto-fit, minmax(min(340px, 100%), 1fr));
  gap: 12px 32px;
}
.exlab-parts > section {
  min-width: 0;
}
.exlab-parts > section:is([aria-label=Findings], [aria-label=Checksums]) {
  grid-column: 1 / -1;
}
.exlab-staging .exlab-parts h3,
.exlab-staging .exlab-review h3 {
  margin: 0 0 4px;
  font: inherit;
  font-weight: 600;
  color: inherit;
}
.exlab-parts p {
  margin: 2px 0;
  overflow-wrap: anywhere;
}
.exlab-parts ul {
  padding-left: 18px;
  overflow-wrap: anywhere;
}
.exlab-parts [data-tone=red] {
  color: var(--exlab-red);
}
.exlab-path {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 2px 8px;
}
.exlab-staging .exlab-path .exlab-button {
  border-color: var(--exlab-line);
}
.exlab-staging .exlab-timeline {
  margin: 0;
  padding: 0;
  list-style: none;
}
.exlab-timeline li {
  position: relative;
  display: grid;
  grid-template-columns: 96px 1fr;
  gap: 10px;
  padding: 0 0 6px 16px;
  font-variant-numeric: tabular-nums;
}
.exlab-timeline li::before {
  content: "";
  position: absolute;
  left: 0;
  top: 5px;
  width: 9px;
  height: 9px;
  border-radius: 50%;
  background: var(--exlab-tone);
}
.exlab-timeline li:not(:last-child)::after {
  content: "";
  position: absolute;
  left: 4px;
  top: 14px;
  bottom: -5px;
  width: 1px;
  background: var(--exlab-edge);
}
.exlab-timeline time {
  white-space: nowrap;
}
.exlab-staging .exlab-parts dl {
  display: grid;
  grid-template-columns: max-content 1fr;
  gap: 2px 14px;
  margin: 0;
}
.exlab-staging .exlab-parts dt {
  font: inherit;
  color: var(--exlab-quiet);
}
.exlab-staging .exlab-parts dd {
  margin: 0;
  overflow-wrap: anywhere;
}
.exlab-staging ul.exlab-findings {
  padding: 0;
  list-style: none;
}
.exlab-findings li {
  margin: 4px 0;
  padding-left: 10px;
  border-left: 3px solid var(--exlab-tone, var(--exlab-edge));
  overflow-wrap: anywhere;
}
.exlab-findings .exlab-button {
  margin: 3px 0;
}
.exlab-sums-list {
  max-height: 260px;
  overflow: auto;
  margin-bottom: 6px;
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
}
.exlab-staging .exlab-sums table {
  width: 100%;
  margin: 0;
  border-collapse: collapse;
  border: none;
  font: inherit;
  color: inherit;
  table-layout: auto;
}
.exlab-staging .exlab-sums :is(th, td) {
  padding: 3px 8px;
  font: inherit;
  color: inherit;
  text-align: left;
  vertical-align: top;
  background: none;
  max-width: none;
  overflow-wrap: anywhere;
  white-space: normal;
}
.exlab-staging .exlab-sums th {
  position: sticky;
  top: 0;
  font-weight: 600;
  background: var(--exlab-raised);
}
.exlab-staging .exlab-sums td.exlab-number {
  text-align: right;
  white-space: nowrap;
}
.exlab-staging .exlab-sums tr {
  background: none;
}
.exlab-override label {
  display: block;
  margin: 8px 0 2px;
  font-weight: 600;
}
.exlab-staging .exlab-override :is(select, textarea, input) {
  box-sizing: border-box;
  max-width: 100%;
  min-height: 28px;
  padding: 3px 8px;
  font: inherit;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-staging .exlab-override textarea {
  display: block;
  width: min(72ch, 100%);
  resize: vertical;
}
.exlab-form-said:empty {
  display: none;
}
.exlab-staging [role=status][data-tone] {
  color: var(--exlab-tone);
  font-weight: 600;
}
.exlab-staging .exlab-banner-place[role=status] {
  color: inherit;
}
body[data-jp-theme-light=false] .exlab-override input[type=date] {
  color-scheme: dark;
}
.exlab-review {
  padding: 12px 14px;
  border-top: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-review > p {
  margin: 4px 0;
  max-width: 90ch;
}
.exlab-review-criteria {
  display: flex;
  flex-wrap: wrap;
  gap: 4px 24px;
  margin: 6px 0;
}
.exlab-staging .exlab-search.exlab-short {
  width: 64px;
}
.exlab-staging .exlab-review-list {
  max-height: min(320px, 40vh);
  overflow-y: auto;
  margin: 6px 0;
  list-style: none;
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
}
.exlab-review-list li {
  content-visibility: auto;
  contain-intrinsic-size: auto 28px;
  border-bottom: 1px solid var(--exlab-line);
}
.exlab-review-list li:last-child {
  border-bottom: none;
}
.exlab-review-list label {
  display: grid;
  grid-template-columns: 20px minmax(0, 1fr) 100px 76px minmax(150px, auto);
  gap: 0 12px;
  align-items: center;
  min-height: 28px;
  padding: 2px 10px;
  cursor: pointer;
}
.exlab-review-list input {
  width: 16px;
  height: 16px;
  margin: 0;
  accent-color: var(--exlab-focus);
}
.exlab-review-name {
  overflow-wrap: anywhere;
}
.exlab-review-stay summary {
  min-height: 26px;
  cursor: pointer;
}
.exlab-staging .exlab-review-stay ul {
  max-height: 200px;
  overflow-y: auto;
  padding-left: 18px;
  overflow-wrap: anywhere;
}
.exlab-log {
  position: relative;
}
.exlab-log-lines {
  overflow-anchor: none;
}
.exlab-log-errors {
  display: flex;
  align-items: center;
  gap: 2px;
}
.exlab-log-errors .exlab-button {
  min-width: 26px;
}
.exlab-staging .exlab-log-bar .exlab-search {
  width: 150px;
  height: 26px;
}
.exlab-log-error[data-at] {
  background: color-mix(in srgb, var(--exlab-red) 14%, var(--exlab-ground));
}
.exlab-staging .exlab-log-below {
  position: absolute;
  right: 24px;
  bottom: 8px;
  box-shadow: 0 1px 4px rgb(0 0 0 / 30%);
}
@container exlab (max-width: 800px) {
  .exlab-remedies [data-verb=log] {
    display: none;
  }
  .exlab-whole {
    margin-left: 0;
  }
  .exlab-review-list label {
    grid-template-columns: 20px minmax(0, 1fr) 76px;
    padding: 5px 10px;
  }
  .exlab-review-list label > :nth-child(3) {
    display: none;
  }
  .exlab-review-list label > :last-child {
    grid-column: 2 / -1;
  }
  .exlab-timeline li {
    grid-template-columns: 1fr;
    gap: 0;
  }
}
@container exlab (max-width: 400px) {
  .exlab-review-list label {
    grid-template-columns: 20px minmax(0, 1fr);
  }
  .exlab-review-list label > .exlab-number {
    grid-column: 2;
    text-align: left;
  }
}
@media (forced-colors: active) {
  .exlab-timeline li::before {
    background: CanvasText;
  }
  .exlab-staging .exlab-menu-item:focus {
    outline: 2px solid Highlight;
  }
}

/* src/table/staging.css */
.exlab-staging {
  --exlab-ground: var(--jp-layout-color1, #fff);
  --exlab-raised: color-mix(in srgb, var(--exlab-text) 5%, var(--exlab-ground));
  --exlab-line: var(--jp-border-color2, #e0e0e0);
  --exlab-edge: #767676;
  --exlab-text: #212121;
  --exlab-quiet: #5a5a5a;
  --exlab-track: #e0e0e0;
  --exlab-focus: #0060a8;
  --exlab-grey: #616161;
  --exlab-wait: #616161;
  --exlab-blue: #0060a8;
  --exlab-amber: #8a5300;
  --exlab-red: #b3200f;
  --exlab-green: #00694c;
  --exlab-tint: 7%;
  color-scheme: light;
  --exlab-actions: 178px;
  container: exlab / inline-size;
  box-sizing: border-box;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
  border-radius: 4px;
  font: 13px/1.4 var(--jp-ui-font-family, system-ui, sans-serif);
  margin: 2px 0;
  outline: none;
  overflow: clip;
}
.exlab-staging[data-height] {
  display: flex;
  flex-direction: column;
  margin: 0;
  overflow-y: auto;
}
.exlab-staging[data-height] > * {
  flex: none;
}
.exlab-staging[data-height] > .exlab-grid {
  flex: 0 1 auto;
  min-height: 120px;
  max-height: none;
}
.exlab-staging[data-height] > .exlab-foot {
  margin-top: auto;
}
body[data-jp-theme-light=false] .exlab-staging {
  --exlab-edge: #9a9a9a;
  --exlab-text: #f0f0f0;
  --exlab-quiet: #bdbdbd;
  --exlab-track: #424242;
  --exlab-focus: #6cbcf5;
  --exlab-grey: #b0b0b0;
  --exlab-wait: #b0b0b0;
  --exlab-blue: #6cbcf5;
  --exlab-amber: #f3b64c;
  --exlab-red: #ff9a76;
  --exlab-green: #4fd1a5;
  --exlab-tint: 11%;
  color-scheme: dark;
}
.exlab-staging *,
.exlab-staging *::before {
  box-sizing: border-box;
}
.exlab-staging [hidden] {
  display: none !important;
}
.exlab-staging p,
.exlab-staging h2,
.exlab-staging ul {
  margin: 0;
  padding: 0;
  font: inherit;
  color: inherit;
}
.exlab-staging code {
  unicode-bidi: isolate;
  font-family: var(--jp-code-font-family, monospace);
  font-size: 12px;
  color: inherit;
  background: none;
  padding: 0;
  overflow-wrap: anywhere;
}
.exlab-unseen {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.exlab-staging [data-tone=grey] {
  --exlab-tone: var(--exlab-grey);
}
.exlab-staging [data-tone=wait] {
  --exlab-tone: var(--exlab-wait);
}
.exlab-staging [data-tone=blue] {
  --exlab-tone: var(--exlab-blue);
}
.exlab-staging [data-tone=amber] {
  --exlab-tone: var(--exlab-amber);
}
.exlab-staging [data-tone=red] {
  --exlab-tone: var(--exlab-red);
}
.exlab-staging [data-tone=green] {
  --exlab-tone: var(--exlab-green);
}
.exlab-icon {
  width: 16px;
  height: 16px;
  flex: none;
  color: var(--exlab-tone, currentColor);
  overflow: visible;
}
.exlab-icon path {
  fill: none;
  stroke: currentColor;
  stroke-width: 1.5;
  stroke-linecap: round;
  stroke-linejoin: round;
}
.exlab-icon .exlab-icon-fill {
  fill: currentColor;
  stroke: none;
}
.exlab-icon .exlab-icon-cut {
  stroke: var(--exlab-ground);
  stroke-width: 1.7;
}
.exlab-top {
  display: flex;
  align-items: baseline;
  gap: 12px;
  padding: 12px 14px 8px;
}
.exlab-staging .exlab-title {
  font-size: 15px;
  font-weight: 600;
  flex: none;
}
.exlab-summary {
  flex: 1;
  min-width: 0;
  font-variant-numeric: tabular-nums;
}
.exlab-summary [data-tone=alert] {
  color: var(--exlab-amber);
  font-weight: 600;
}
.exlab-summary [data-tone=good] {
  color: var(--exlab-green);
  font-weight: 600;
}
.exlab-disk {
  flex: none;
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-banner,
.exlab-remark {
  display: flex;
  gap: 10px;
  padding: 8px 14px;
  background: color-mix(in srgb, var(--exlab-tone) var(--exlab-tint), var(--exlab-ground));
  border-top: 1px solid var(--exlab-line);
}
.exlab-banner {
  align-items: center;
  min-height: 44px;
}
.exlab-banner > span,
.exlab-remark > span {
  flex: 1;
  overflow-wrap: anywhere;
}
.exlab-remark {
  padding: 6px 14px;
}
.exlab-remark .exlab-icon {
  margin-top: 1px;
}
.exlab-strangers {
  display: block;
  color: var(--exlab-text);
}
.exlab-strangers summary {
  display: flex;
  align-items: center;
  gap: 10px;
  min-height: 26px;
  margin: -3px 0;
  cursor: pointer;
  list-style: none;
}
.exlab-strangers summary::-webkit-details-marker {
  display: none;
}
.exlab-strangers summary .exlab-icon {
  margin: 0;
}
.exlab-strangers[data-tone=amber] summary {
  color: var(--exlab-amber);
  font-weight: 600;
}
.exlab-strangers[open] summary .exlab-icon {
  transform: rotate(90deg);
}
.exlab-strangers ul {
  margin: 2px 0 6px 26px;
}
.exlab-strangers li {
  margin: 3px 0;
  overflow-wrap: anywhere;
}
.exlab-strangers em {
  color: var(--exlab-quiet);
  font-style: normal;
}
.exlab-toolbar {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  padding: 8px 14px;
  border-top: 1px solid var(--exlab-line);
}
.exlab-staging .exlab-search {
  width: 210px;
  height: 28px;
  padding: 0 8px;
  font: inherit;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-search::placeholder {
  color: var(--exlab-quiet);
  opacity: 1;
}
.exlab-chips {
  display: flex;
  flex-wrap: wrap;
  gap: 4px;
}
.exlab-staging .exlab-chip,
.exlab-staging .exlab-button {
  min-height: 26px;
  padding: 2px 8px;
  font: inherit;
  color: var(--exlab-text);
  background: none;
  border: 1px solid transparent;
  border-radius: 3px;
  cursor: pointer;
  white-space: nowrap;
}
.exlab-staging .exlab-chip {
  min-height: 28px;
  border-color: var(--exlab-line);
}
.exlab-chip-count {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-staging .exlab-chip[aria-pressed=true] {
  background: var(--exlab-text);
  color: var(--exlab-ground);
  border-color: var(--exlab-text);
}
.exlab-chip[aria-pressed=true] .exlab-chip-count {
  color: inherit;
}
.exlab-staging .exlab-chip[data-some]:not([aria-pressed=true]) {
  border-color: var(--exlab-amber);
  color: var(--exlab-amber);
}
.exlab-chip[data-some]:not([aria-pressed=true]) .exlab-chip-count {
  color: inherit;
  font-weight: 600;
}
.exlab-staging .exlab-primary {
  border-color: var(--exlab-edge);
  background: var(--exlab-ground);
}
.exlab-staging .exlab-danger {
  border-color: var(--exlab-red);
  color: var(--exlab-red);
  background: var(--exlab-ground);
}
.exlab-staging .exlab-button:hover,
.exlab-staging .exlab-chip:not([aria-pressed=true]):hover {
  background: var(--exlab-raised);
}
.exlab-staging [aria-disabled=true] {
  color: var(--exlab-quiet);
  border-style: dashed;
  cursor: not-allowed;
}
.exlab-staging :focus-visible {
  outline: 2px solid var(--exlab-focus);
  outline-offset: -2px;
}
.exlab-grid {
  max-height: min(70vh, 620px);
  overflow-y: auto;
  overflow-x: hidden;
  scroll-padding-top: 32px;
  border-top: 1px solid var(--exlab-line);
  outline: none;
}
.exlab-head {
  position: sticky;
  top: 0;
  z-index: 1;
  background: var(--exlab-raised);
  border-bottom: 1px solid var(--exlab-line);
}
.exlab-cells,
.exlab-row {
  display: grid;
  grid-template-columns: [pick] 16px [state] 96px [run] minmax(190px, 1fr) [progress] 208px [files] 96px [size] 62px [last] 94px [actions] var(--exlab-actions) [end];
  column-gap: 10px;
  align-items: start;
  padding: 0 14px;
}
.exlab-th {
  min-width: 0;
  padding: 3px 0;
  font-weight: 600;
  line-height: 26px;
  white-space: nowrap;
}
.exlab-th-pick {
  display: flex;
  align-self: center;
}
.exlab-th-files,
.exlab-th-size,
.exlab-th-last {
  text-align: right;
}
.exlab-th-actions {
  overflow: hidden;
  text-indent: 100%;
}
.exlab-row {
  min-height: 48px;
  padding-top: 7px;
  padding-bottom: 6px;
  border-bottom: 1px solid var(--exlab-line);
  background: var(--exlab-ground);
}
.exlab-body > :last-child,
.exlab-body > :last-child > .exlab-opened-cell {
  border-bottom: none;
}
.exlab-row:hover {
  background: var(--exlab-raised);
}
.exlab-row[data-attention] {
  box-shadow: inset 3px 0 0 var(--exlab-tone);
  background: color-mix(in srgb, var(--exlab-tone) var(--exlab-tint), var(--exlab-ground));
}
.exlab-state {
  display: flex;
  align-items: center;
  gap: 7px;
  min-height: 20px;
  color: var(--exlab-tone);
  font-weight: 600;
}
.exlab-run {
  display: contents;
}
.exlab-row > *,
.exlab-name {
  grid-row: 1;
}
.exlab-pick {
  grid-column: pick;
}
.exlab-state {
  grid-column: state;
}
.exlab-name {
  grid-column: run;
}
.exlab-said {
  grid-column: run / progress;
  grid-row: 2;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 2px 12px;
  min-width: 0;
}
.exlab-said > * {
  min-width: 0;
  max-width: 100%;
}
.exlab-row:not([data-bar]) .exlab-said {
  grid-column: run / actions;
}
.exlab-equipment,
.exlab-project,
.exlab-th-equipment,
.exlab-th-project {
  display: none;
}
.exlab-progress {
  grid-column: progress;
  grid-row: 1;
}
.exlab-row[data-bar] .exlab-progress {
  grid-row: 1 / span 2;
}
.exlab-files {
  grid-column: files;
}
.exlab-size {
  grid-column: size;
}
.exlab-last {
  grid-column: last;
}
.exlab-actions {
  grid-column: actions;
  grid-row: 1 / span 2;
}
.exlab-name {
  display: flex;
  flex-wrap: wrap;
  gap: 0 8px;
  min-width: 0;
  white-space: nowrap;
}
.exlab-leaf {
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
  font-variant-numeric: tabular-nums;
  font-weight: 500;
}
.exlab-place {
  display: flex;
  flex: 1 1 200px;
  min-width: 0;
  overflow: hidden;
  color: var(--exlab-quiet);
  white-space: pre;
}
.exlab-cut {
  overflow: hidden;
  text-overflow: ellipsis;
  min-width: 0;
  flex: 0 1 auto;
}
.exlab-place > :first-child {
  flex: none;
  max-width: 100%;
}
.exlab-place > :last-child {
  flex: 0 0.00001 auto;
  min-width: 0;
  overflow: hidden;
  text-overflow: ellipsis;
}
.exlab-place > bdi.exlab-cut:not(:empty) {
  min-width: 1.1em;
}
.exlab-place > :empty + :last-child {
  flex-shrink: 1;
}
.exlab-badge {
  align-self: center;
  padding: 0 5px;
  font-size: 11px;
  line-height: 16px;
  color: var(--exlab-quiet);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
}
.exlab-why {
  color: var(--exlab-quiet);
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.exlab-row[data-attention] .exlab-said {
  grid-column: run / actions;
  grid-row: 3;
}
.exlab-row[data-attention] .exlab-why {
  color: var(--exlab-text);
  white-space: normal;
  overflow-wrap: anywhere;
}
.exlab-why:empty {
  display: none;
}
.exlab-note:empty {
  display: none;
}
.exlab-note {
  flex-basis: 100%;
  overflow-wrap: anywhere;
  font-weight: 600;
}
.exlab-note[data-tone=busy] {
  color: var(--exlab-blue);
}
.exlab-note[data-tone=done] {
  color: var(--exlab-green);
}
.exlab-note[data-tone=error] {
  color: var(--exlab-red);
}
.exlab-track {
  display: flex;
  align-items: center;
  gap: 8px;
  min-height: 16px;
}
.exlab-track:has(> [hidden]) {
  display: none;
}
.exlab-rate {
  flex: none;
  color: var(--exlab-quiet);
  font-size: 12px;
  line-height: 16px;
  font-variant-numeric: tabular-nums;
}
.exlab-rate:empty {
  display: none;
}
.exlab-bar {
  flex: 1;
  height: 6px;
  border-radius: 3px;
  background: var(--exlab-track);
  overflow: hidden;
}
.exlab-fill {
  height: 100%;
  border-radius: 3px;
  background: var(--exlab-tone);
  transition: width 0.4s linear;
}
.exlab-row[data-state=Stalled] .exlab-fill,
.exlab-row[data-state=Paused] .exlab-fill {
  background:
    repeating-linear-gradient(
      -45deg,
      var(--exlab-tone) 0 4px,
      transparent 4px 7px);
}
.exlab-row[data-state=Verifying] .exlab-fill {
  background:
    repeating-linear-gradient(
      90deg,
      var(--exlab-tone) 0 5px,
      transparent 5px 7px);
}
.exlab-percent {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-number {
  text-align: right;
  white-space: nowrap;
  font-variant-numeric: tabular-nums;
}
.exlab-last {
  color: var(--exlab-quiet);
}
.exlab-actions {
  display: grid;
  grid-template-columns: 102px 38px 28px;
  gap: 4px;
  align-items: center;
  margin-top: -3px;
}
.exlab-actions .exlab-button {
  padding: 2px 4px;
}
.exlab-actions [data-verb=details] {
  display: none;
}
.exlab-opened-cell {
  padding: 10px 14px 12px 146px;
  border-bottom: 1px solid var(--exlab-line);
  background: var(--exlab-raised);
}
.exlab-ask p {
  margin: 4px 0;
  max-width: 72ch;
  overflow-wrap: anywhere;
}
.exlab-answers {
  display: flex;
  flex-wrap: wrap;
  gap: 8px;
  margin-top: 8px;
}
.exlab-answers .exlab-button {
  padding: 2px 12px;
}
.exlab-log-bar {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 6px;
  margin-bottom: 6px;
}
.exlab-log-path {
  flex: 1 1 240px;
  min-width: 120px;
  color: var(--exlab-quiet);
}
.exlab-log-lines {
  position: relative;
  max-height: 260px;
  overflow: auto;
  padding: 6px 8px;
  font: 12px/1.5 var(--jp-code-font-family, monospace);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-line);
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}
.exlab-log-error {
  color: var(--exlab-red);
  font-weight: 700;
}
.exlab-log-warning {
  color: var(--exlab-amber);
}
.exlab-quiet,
.exlab-foot {
  color: var(--exlab-quiet);
}
.exlab-empty {
  padding: 32px 14px;
  text-align: center;
  color: var(--exlab-quiet);
  border-top: 1px solid var(--exlab-line);
}
.exlab-empty p {
  margin: 0 0 8px;
}
.exlab-empty strong {
  color: var(--exlab-text);
  font-weight: 600;
}
.exlab-foot {
  padding: 6px 14px;
  border-top: 1px solid var(--exlab-line);
  font-size: 12px;
  overflow-wrap: anywhere;
}
.exlab-foot:empty {
  display: none;
}
.exlab-chart {
  border-top: 1px solid var(--exlab-line);
}
.exlab-chart-fold {
  display: flex;
  align-items: baseline;
  gap: 7px;
  min-height: 34px;
  padding: 7px 14px;
  cursor: pointer;
  list-style: none;
}
.exlab-chart-fold::-webkit-details-marker {
  display: none;
}
.exlab-chart-fold .exlab-icon {
  align-self: flex-start;
  margin-top: 2px;
  color: var(--exlab-quiet);
}
.exlab-chart[open] .exlab-chart-fold .exlab-icon {
  transform: rotate(90deg);
}
.exlab-chart-title {
  flex: none;
  font-weight: 600;
}
.exlab-chart-sentence {
  flex: 1;
  min-width: 0;
  padding-left: 5px;
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-chart-body {
  display: grid;
  grid-template-columns: 122px minmax(0, 1fr);
  column-gap: 10px;
  padding: 2px 14px 4px;
}
.exlab-chart-label {
  display: flex;
  flex-direction: column;
  font-size: 12px;
  line-height: 15px;
  white-space: nowrap;
}
.exlab-chart-value {
  color: var(--exlab-quiet);
  font-variant-numeric: tabular-nums;
}
.exlab-chart-plot {
  position: relative;
  cursor: crosshair;
  outline-offset: 2px;
}
.exlab-chart-svg {
  display: block;
  overflow: visible;
}
.exlab-chart-svg * {
  vector-effect: non-scaling-stroke;
}
.exlab-chart-rate {
  fill: var(--exlab-blue);
}
.exlab-chart-disk {
  fill: none;
  stroke: var(--exlab-grey);
  stroke-width: 1.5;
  stroke-linejoin: round;
}
.exlab-chart-disk-area {
  fill: color-mix(in srgb, var(--exlab-grey) 18%, transparent);
}
.exlab-chart-ground {
  fill: none;
  stroke: var(--exlab-edge);
  stroke-width: 1;
}
.exlab-chart-full {
  fill: none;
  stroke: var(--exlab-edge);
  stroke-width: 1;
  stroke-dasharray: 2 4;
}
.exlab-chart-mark {
  fill: none;
  stroke: var(--exlab-edge);
  stroke-width: 1;
}
.exlab-chart-gap {
  fill: var(--exlab-raised);
}
.exlab-chart-svg text {
  fill: var(--exlab-quiet);
  font-size: 11px;
  font-variant-numeric: tabular-nums;
}
.exlab-chart-hand {
  fill: none;
  stroke: var(--exlab-text);
  stroke-width: 1;
}
.exlab-chart-tip {
  position: absolute;
  top: -30px;
  z-index: 2;
  max-width: 100%;
  padding: 3px 8px;
  font-size: 12px;
  color: var(--exlab-text);
  background: var(--exlab-ground);
  border: 1px solid var(--exlab-edge);
  border-radius: 3px;
  pointer-events: none;
  font-variant-numeric: tabular-nums;
}
.exlab-staging:is([data-link=down], [data-link=refused]) :is(.exlab-row, .exlab-state, .exlab-row .exlab-why, .exlab-note) {
  color: var(--exlab-quiet);
  background: none;
}
.exlab-staging:is([data-link=down], [data-link=refused]) :is(.exlab-bar, .exlab-icon, .exlab-row) {
  filter: grayscale(1);
}
.exlab-staging:is([data-link=down], [data-link=refused]) .exlab-banner .exlab-icon {
  filter: none;
}
.exlab-staging:is([data-link=down], [data-link=refused]) .exlab-bar {
  opacity: 0.6;
}
@container exlab (min-width: 1400px) {
  .exlab-cells,
  .exlab-row {
    --exlab-actions: 240px;
  }
  .exlab-actions {
    grid-template-columns: 102px 38px 58px 28px;
  }
  .exlab-actions [data-verb=details] {
    display: block;
  }
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick] 16px [state] 96px [run] minmax(180px, 1fr) [equipment] 104px [project] minmax(110px, 0.5fr) [progress] 204px [files] 96px [size] 62px [last] 94px [actions] var(--exlab-actions) [end];
  }
  .exlab-equipment,
  .exlab-th-equipment,
  .exlab-th-project {
    display: block;
  }
  .exlab-equipment {
    grid-column: equipment;
    white-space: nowrap;
  }
  .exlab-project {
    grid-column: project;
    display: flex;
    min-width: 0;
    overflow: hidden;
    white-space: pre;
  }
  .exlab-project > :last-child {
    flex: 0 0.00001 auto;
    min-width: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .exlab-project > bdi.exlab-cut:not(:empty) {
    min-width: 1.1em;
  }
  .exlab-project > :empty + :last-child {
    flex-shrink: 1;
  }
  .exlab-place {
    display: none;
  }
  .exlab-row[data-attention][data-bar] .exlab-said {
    grid-column: run / progress;
    grid-row: 2;
  }
}
@container exlab (min-width: 1380px) {
  .exlab-cells,
  .exlab-row {
    column-gap: 14px;
  }
  .exlab-chart-body {
    grid-template-columns: 126px minmax(0, 1fr);
    column-gap: 14px;
  }
}
@container exlab (max-width: 1040px) {
  .exlab-staging .exlab-search {
    width: 160px;
  }
  .exlab-opened-cell {
    padding-left: 142px;
  }
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick] 16px [state] 92px [run] minmax(190px, 1fr) [progress] minmax(168px, 0.9fr) [size] 62px [actions] var(--exlab-actions) [end];
    column-gap: 10px;
  }
  .exlab-files,
  .exlab-last,
  .exlab-th-files,
  .exlab-th-last {
    display: none;
  }
  .exlab-place {
    flex-basis: 100%;
  }
  .exlab-top {
    flex-wrap: wrap;
    gap: 2px 12px;
  }
  .exlab-summary {
    flex-basis: 100%;
    order: 1;
  }
  .exlab-disk {
    margin-left: auto;
  }
}
@container exlab (max-width: 800px) {
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick] 16px [state] 92px [run] minmax(170px, 1fr) [progress] minmax(136px, 0.5fr) [size] 62px [end];
  }
  .exlab-th-actions {
    display: none;
  }
  .exlab-row:is([data-attention], :not([data-bar])) .exlab-said {
    grid-column: run / end;
  }
  .exlab-actions {
    grid-column: run / end;
    grid-row: 7;
    margin-top: 4px;
    grid-template-columns: auto auto 28px;
    justify-content: start;
  }
  .exlab-actions > span:empty {
    display: none;
  }
  .exlab-actions > span:empty + .exlab-button {
    margin-left: -10px;
  }
  .exlab-actions .exlab-button {
    padding: 2px 10px;
  }
  .exlab-opened-cell {
    padding-left: 14px;
  }
}
@container exlab (max-width: 560px) {
  .exlab-chart-body {
    grid-template-columns: 92px minmax(0, 1fr);
    column-gap: 8px;
  }
  .exlab-cells,
  .exlab-row {
    grid-template-columns: [pick state] 18px [run] minmax(0, 1fr) [size] 62px [end];
    column-gap: 8px;
  }
  .exlab-word,
  .exlab-th-progress,
  .exlab-th-state {
    display: none;
  }
  .exlab-row .exlab-pick {
    grid-row: 2;
    margin-top: -2px;
  }
  .exlab-progress,
  .exlab-row[data-bar] .exlab-progress {
    grid-column: run / end;
    grid-row: 2;
  }
  .exlab-said,
  .exlab-row:is([data-attention], :not([data-bar])) .exlab-said {
    grid-column: run / end;
    grid-row: 3;
  }
  .exlab-why {
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .exlab-staging .exlab-search {
    width: 100%;
  }
}
@container exlab (max-width: 400px) {
  .exlab-name {
    flex-wrap: wrap;
  }
  .exlab-leaf {
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .exlab-name .exlab-place {
    display: block;
    overflow: visible;
    white-space: normal;
    overflow-wrap: anywhere;
  }
}
@media (prefers-reduced-motion: reduce) {
  .exlab-fill {
    transition: none;
  }
}
@media (forced-colors: active) {
  .exlab-chart-svg {
    forced-color-adjust: none;
  }
  .exlab-chart-rate {
    fill: Highlight;
  }
  .exlab-chart-gap {
    fill: Canvas;
    stroke: GrayText;
    stroke-dasharray: 2 3;
  }
  .exlab-chart-svg text,
  .exlab-chart-disk-area {
    fill: CanvasText;
  }
  .exlab-chart-disk-area {
    fill-opacity: 0.2;
  }
  .exlab-chart-svg :is(.exlab-chart-disk, .exlab-chart-ground, .exlab-chart-full, .exlab-chart-hand) {
    stroke: CanvasText;
  }
  .exlab-bar,
  .exlab-badge {
    border: 1px solid CanvasText;
  }
  .exlab-fill {
    background: Highlight !important;
    forced-color-adjust: none;
  }
  .exlab-icon {
    color: CanvasText;
  }
  .exlab-icon .exlab-icon-cut {
    stroke: Canvas;
  }
  .exlab-staging .exlab-chip[aria-pressed=true] {
    background: Highlight;
    color: HighlightText;
    forced-color-adjust: none;
  }
}
@container exlab (max-width: 320px) {
  .exlab-top,
  .exlab-toolbar,
  .exlab-cells,
  .exlab-row,
  .exlab-chart-fold,
  .exlab-chart-body,
  .exlab-foot {
    padding-left: 8px;
    padding-right: 8px;
  }
  .exlab-cells,
  .exlab-row {
    column-gap: 6px;
  }
  .exlab-leaf {
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .exlab-place {
    display: block;
    white-space: normal;
    overflow-wrap: anywhere;
  }
  .exlab-place > bdi {
    display: inline;
    overflow: visible;
    unicode-bidi: normal;
  }
  .exlab-whole {
    flex-wrap: nowrap;
  }
  .exlab-staging .exlab-whole > :first-child {
    white-space: normal;
  }
  .exlab-chart:not([open]) .exlab-chart-sentence {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
}

/* src/lab/lab.css */
.exlab-lab {
  background: var(--jp-layout-color1, #fff);
  overflow: hidden;
}
.exlab-lab > .exlab-staging {
  height: 100%;
  display: flex;
  flex-direction: column;
  border: none;
  border-radius: 0;
  margin: 0;
  overflow-y: auto;
}
.exlab-lab > .exlab-staging > * {
  flex: none;
}
.exlab-lab > .exlab-staging > .exlab-grid {
  flex: 0 1 auto;
  max-height: none;
  min-height: 120px;
}
.exlab-lab > .exlab-staging > .exlab-foot {
  margin-top: auto;
}
.exlab-statusitem {
  display: flex;
  align-items: center;
  gap: 5px;
  height: 100%;
  padding: 0 6px;
  border: none;
  background: none;
  color: inherit;
  font: inherit;
  line-height: 24px;
  white-space: nowrap;
  cursor: pointer;
  font-variant-numeric: tabular-nums;
}
.exlab-statusitem:hover {
  background: var(--jp-layout-color3, #ddd);
}
.exlab-statusitem:focus-visible {
  outline: 2px solid var(--jp-brand-color1, #0060a8);
  outline-offset: -2px;
}
.exlab-statusitem .exlab-icon {
  width: 14px;
  height: 14px;
}
.exlab-statusitem .exlab-icon-cut {
  stroke: var(--jp-layout-color2, #eee);
}
.exlab-statusitem[data-tone=alert] {
  color: #8a4b00;
  font-weight: 600;
}
.exlab-statusitem[data-tone=good] .exlab-icon {
  color: #00694c;
}
body[data-jp-theme-light=false] .exlab-statusitem[data-tone=alert] {
  color: #f3b64c;
}
body[data-jp-theme-light=false] .exlab-statusitem[data-tone=good] .exlab-icon {
  color: #4fd1a5;
}
#jp-left-stack > .exlab-lab,
#jp-right-stack > .exlab-lab {
  min-width: 320px;
}
`,document.head.append(m);let{baseUrl:C}=e.serviceManager.serverSettings,R=(h=u,d=(o=C,`${o.replace(/\/+$/,"")}/staging`),{overview:e=>h("GET",`${d}/overview${null===e?"":`?since=${e}`}`),forceSync:(e,t)=>h("POST",p(d,e,"force-sync"),t?{even_if_incomplete:!0}:{}),clear:e=>h("POST",p(d,e,"clear"),{},18e5),acknowledge:e=>h("POST",p(d,e,"acknowledge"),{}),log:e=>h("GET",p(d,e,"log?lines=500")),activity:()=>h("GET",`${d}/activity`),listen:e=>{var t,i;let a,s,n,r;return t=C,i=e,(a=new URL(`${t.replace(/\/+$/,"")}/api/events/subscribe`,location.href)).protocol=a.protocol.replace("http","ws"),s=null,n=0,(r=()=>{(s=new WebSocket(a)).addEventListener("message",e=>{String(e.data).includes("https://schema.exlab-wizard.org/staging/changed/")&&i()}),s.addEventListener("close",()=>{n=window.setTimeout(r,15e3)})})(),()=>{if(window.clearTimeout(n),!s)return;let e=s;s=null,e.addEventListener("close",()=>window.clearTimeout(n)),e.close()}},...(c=h,b=d,{verify:(_=e=>t=>c("POST",p(b,t,e),{}))("verify"),restore:_("restore"),retry:_("retry"),pause:_("pause"),resume:_("resume"),pauseAll:e=>c("POST",`${b}/pause`,{equipment_id:e}),resumeAll:e=>c("POST",`${b}/resume`,{equipment_id:e}),detail:e=>c("GET",p(b,e,"detail")),checksums:(e,t,i)=>c("GET",p(b,e,`checksums?offset=${t}&limit=${i}`),void 0,6e4),override:(e,t)=>c("POST",p(b,e,"overrides"),t),clearVerified:e=>c("POST",`${b}/clear-verified`,e,e.dry_run?6e4:864e5)})}),O=new y(R),N=new iO(e,{api:R,feed:O,version:"0.1.0",baseUrl:new URL(C,window.location.href).pathname});for(let t of(w=new L(e,N,O),[(v=(t,i,a)=>(e.commands.addCommand(t,{label:e=>e.isLauncher?"Staging":i,icon:t===q?E:void 0,execute:a}),t))(M,"Open staging panel",()=>N.openSide()),v(q,"Open staging panel in a tab",()=>N.openTab()),...A.map(e=>v(e.id,e.label,t=>w.onRun(e,t))),v("exlab-wizard:clear-verified","Clear verified runs…",async()=>(await N.current()).review()),v("exlab-wizard:pause-all","Pause everything",async()=>(await N.current()).pauseAll(!0)),v("exlab-wizard:resume-all","Resume everything",async()=>(await N.current()).pauseAll(!1)),v(T,"Reveal run…",e=>w.reveal(e)),v("exlab-wizard:open-notebook","Open staging notebook",e=>w.openNotebook(e))]))i?.addItem({command:t,category:"Staging"});a?.add({command:q,category:"Other",args:{isLauncher:!0}}),r?.registerStatusItem(iW,{item:new iK(O,()=>void e.commands.execute(M)),align:"left",rank:5}),t?.add(N.side,N.side.id),t&&t.restore(N.tracker,{command:q,name:()=>"staging"}),g=e,f=O,x=l,$=new ij,S=!0,x?.load(iW).then(e=>{let t=()=>{S=!1!==e.get("notifications").composite};t(),e.changed.connect(t)},e=>{console.warn("exlab-wizard: no settings, so notifications stay on.",e)}),f.listen(()=>{if("live"!==f.feed.link.state)return;let e=$.look([...f.feed.rows.values()]);S&&e.forEach(e=>{var t,i;t=g,void("verified"===(i=e).kind?s.Notification.success(i.text,{autoClose:1e4}):s.Notification.error(i.text,{autoClose:!1,actions:[{label:"Show run",callback:()=>void t.commands.execute(T,{run:i.path})}]}))})}),O.start();let P=(k=new URL(window.location.href)).searchParams.get(iN)??new URLSearchParams(k.hash.replace(/^#/,"")).get(iN)??"";P&&e.restored.then(()=>e.commands.execute(T,{run:P}))}};i.d(t,{},{default:iG})}}]);